import type { BankReport } from './backend/types';
import { needsLook } from './report';

/** The numbers behind the picture by bank and kind. What needs a look comes last in its kind. */
export const chartKinds = ['debit', 'credit', 'quasi_credit'] as const;
export type ChartKind = (typeof chartKinds)[number];
const kinds: readonly string[] = chartKinds;
export type Part = { kind: ChartKind; looks: boolean; n: number };
export type Line = { bank: string; parts: Part[]; n: number };

/** Banks with cards, the one with most first. */
export function linesOf(banks: BankReport[]): Line[] {
  return banks
    .filter((bank) => bank.cards.length > 0)
    .map((bank) => {
      const parts = chartKinds.flatMap((kind) => [false, true].map((looks): Part => ({ kind, looks, n: 0 })));
      for (const card of bank.cards) {
        const part = parts[2 * kinds.indexOf(card.kind) + Number(needsLook(card))];
        if (part) part.n += 1;
      }
      return { bank: bank.bank, parts: parts.filter((part) => part.n > 0), n: bank.cards.length };
    })
    .toSorted((a, b) => b.n - a.n);
}

export const sumOf = (parts: Part[], kind?: ChartKind, looks?: boolean): number =>
  parts
    .filter((part) => (!kind || part.kind === kind) && (looks === undefined || part.looks === looks))
    .reduce((n, part) => n + part.n, 0);
