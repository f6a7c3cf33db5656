import type { EnrolForm } from './backend/types';

/** Facts of a card a person may do without. */
export const optional = ['class', 'opened', 'city', 'last_used'];
const facts = ['bank', 'product', 'kind', 'brand', 'number', 'class', 'status', 'role', 'opened', 'city', 'last_used'];

/** What was chosen or typed and not sent yet. Empty until the person chooses; nothing is ticked for them. */
class Draft {
  banks = $state.raw<string[]>([]);
  kinds = $state.raw<string[]>([]);
  /** facts the person does without */
  without = $state.raw<string[]>([]);
  /** the note being written about what is in a report; gone when that is locked or over */
  note = $state<string | null>(null);
  /** what was typed into the form of the enrolment, until that is done or given up */
  enrolment: EnrolForm | null = null;

  /** The facts every bank shall give. */
  get fields(): string[] {
    return facts.filter((fact) => !this.without.includes(fact));
  }

  toggleBank(code: string): void {
    this.banks = this.banks.includes(code) ? this.banks.filter((c) => c !== code) : [...this.banks, code];
  }

  toggleKind(kind: string): void {
    this.kinds = this.kinds.includes(kind) ? this.kinds.filter((k) => k !== kind) : [...this.kinds, kind];
  }

  toggleFact(fact: string): void {
    this.without = this.without.includes(fact) ? this.without.filter((f) => f !== fact) : [...this.without, fact];
  }

  clear(): void {
    this.note = null;
    this.enrolment = null;
    this.without = [];
    this.banks = [];
    this.kinds = [];
  }
}

export const draft = new Draft();
