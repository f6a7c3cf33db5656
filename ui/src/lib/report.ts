import type { BankReport, CardView, ReportView } from './backend/types';

export const cardsOf = (report: ReportView): CardView[] => report.banks.flatMap((bank) => bank.cards);

export function findCard(report: ReportView, id: string): CardView | null {
  for (const bank of report.banks) {
    const found = bank.cards.find((card) => card.id === id);
    if (found) return found;
  }
  return null;
}

/** Statuses that deserve a look even without a flag of their own. */
const lookAt: ReadonlySet<string> = new Set(['dormant', 'frozen', 'lost']);
export const needsLook = (card: CardView): boolean =>
  card.flags.length > 0 || lookAt.has(card.status) || card.mark === 'not_mine';

/** Which of the honest rows a bank without cards belongs to. */
export function outcomeOf(bank: BankReport): string {
  if (bank.fault) return 'fault';
  if (bank.state !== 'answered') return bank.state;
  return bank.outcome ?? 'coming';
}
