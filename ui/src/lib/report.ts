import type { BankReport, CardView, ReportView } from './backend/types';

export const cardsOf = (report: ReportView): CardView[] => report.banks.flatMap((bank) => bank.cards);
export const findCard = (report: ReportView, id: string): CardView | null =>
  cardsOf(report).find((card) => card.id === id) ?? null;

/** Statuses that deserve a look even without a flag of their own. */
const lookAt: ReadonlySet<string> = new Set(['dormant', 'frozen', 'lost']);
export const needsLook = (card: CardView): boolean =>
  card.flags.length > 0 || lookAt.has(card.status) || card.mark === 'not_mine';

export const filters = ['all', 'attention', 'debit', 'credit', 'dormant', 'not_mine'] as const;
export type Filter = (typeof filters)[number];

export function passes(card: CardView, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'attention':
      return needsLook(card);
    case 'debit':
      return card.kind === 'debit';
    case 'credit':
      return card.kind === 'credit' || card.kind === 'quasi_credit';
    case 'dormant':
      return card.status === 'dormant';
    case 'not_mine':
      return card.mark === 'not_mine';
  }
}

export const sorts = ['unusual', 'bank', 'opened'] as const;
export type Sort = (typeof sorts)[number];

const weight = (bank: BankReport): number =>
  bank.flags.length +
  bank.cards.reduce((n, card) => n + (card.flags.includes('new_since_last') ? 20 : 0) + (needsLook(card) ? 1 : 0), 0);
const newest = (bank: BankReport): string =>
  bank.cards.reduce((at, card) => ((card.opened ?? '') > at ? (card.opened ?? '') : at), '');

/** Banks that found cards, in the order asked for. */
export function sortBanks(banks: BankReport[], sort: Sort): BankReport[] {
  const found = banks.filter((bank) => bank.cards.length > 0);
  if (sort === 'unusual') return found.toSorted((a, b) => weight(b) - weight(a));
  if (sort === 'opened') return found.toSorted((a, b) => newest(b).localeCompare(newest(a)));
  return found;
}

/** Which of the honest rows a bank without cards belongs to. */
export function outcomeOf(bank: BankReport): string {
  if (bank.fault) return 'fault';
  if (bank.state !== 'answered') return bank.state;
  return bank.outcome ?? 'unanswered';
}
