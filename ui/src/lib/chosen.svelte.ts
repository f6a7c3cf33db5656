import { nothingPicked, type Facet, type Grouping, type Picked, type Sort } from './arrange';

/** How the person looks at a report. Kept with the place the report is at, and gone with it when the vault locks. */
export class Chosen {
  picked = $state.raw<Picked>(nothingPicked);
  search = $state('');
  group = $state<Grouping>('bank');
  sort = $state<Sort>('unusual');
  /** all filters, not only the most used ones */
  more = $state(false);
  /** easy mode: the banks with cards, not only how many there are; then the cards of one of them */
  whole = $state(false);
  bank = $state<string | null>(null);
  asTable = $state(false);
  allBanks = $state(false);
  inquiries = $state(false);
  /** the card last opened, and how far below the top of the list's window it stood */
  place: { card: string; top: number } | null = null;

  // Not derived: a derived value dies with the screen that made it, and this outlives the screen.
  get searching(): boolean {
    return this.search.trim() !== '';
  }

  get picking(): boolean {
    return Object.values(this.picked).some((values) => values.length > 0);
  }

  get narrowed(): boolean {
    return this.searching || this.picking;
  }

  has({ facet, value }: { facet: Facet; value: string }): boolean {
    return this.picked[facet].includes(value);
  }

  toggle({ facet, value }: { facet: Facet; value: string }): void {
    const now = this.picked[facet];
    const next = now.includes(value) ? now.filter((one) => one !== value) : [...now, value];
    this.picked = { ...this.picked, [facet]: next };
  }

  /** Shows the cards of one choice, and nothing else narrowed. */
  only(facet: Facet, value: string): void {
    this.search = '';
    this.picked = { ...nothingPicked, [facet]: [value] };
  }

  clear(): void {
    this.search = '';
    this.picked = nothingPicked;
  }
}
