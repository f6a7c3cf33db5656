/** What was chosen for the next query. Empty until the person chooses; nothing is ticked for them. */
class Draft {
  banks = $state.raw<string[]>([]);
  kinds = $state.raw<string[]>([]);

  toggleBank(code: string): void {
    this.banks = this.banks.includes(code) ? this.banks.filter((c) => c !== code) : [...this.banks, code];
  }

  toggleKind(kind: string): void {
    this.kinds = this.kinds.includes(kind) ? this.kinds.filter((k) => k !== kind) : [...this.kinds, kind];
  }

  clear(): void {
    this.banks = [];
    this.kinds = [];
  }
}

export const draft = new Draft();
