import type { BankReport } from './backend/types';
import { needsLook } from './report';

/** The numbers behind the picture by bank and kind. What needs a look comes last in its kind. */
export const chartKinds = ['debit', 'credit', 'quasi_credit'] as const;
export type ChartKind = (typeof chartKinds)[number];
const kinds: readonly string[] = chartKinds;
export type Part = { kind: ChartKind; looks: boolean; n: number };
export type Line = { bank: string; parts: Part[]; n: number };

const sorts = chartKinds.flatMap((kind) => [
  { kind, looks: false },
  { kind, looks: true },
]);

/** Banks with cards, the one with most first. */
export function linesOf(banks: BankReport[]): Line[] {
  return banks
    .filter((bank) => bank.cards.length > 0)
    .map((bank) => {
      const counts = sorts.map(() => 0);
      for (const card of bank.cards) {
        const at = 2 * kinds.indexOf(card.kind) + Number(needsLook(card));
        const n = counts[at];
        if (n !== undefined) counts[at] = n + 1;
      }
      const parts = sorts.map((sort, i): Part => ({ ...sort, n: counts[i] ?? 0 })).filter(({ n }) => n > 0);
      return { bank: bank.bank, parts, n: bank.cards.length };
    })
    .toSorted((a, b) => b.n - a.n);
}

export const sumOf = (parts: Part[], kind?: ChartKind, looks?: boolean): number =>
  parts
    .filter((part) => (!kind || part.kind === kind) && (looks === undefined || part.looks === looks))
    .reduce((n, part) => n + part.n, 0);
