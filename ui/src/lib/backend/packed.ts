import { once } from '../once';
import type { CardView, Mark, PackedReport, ReportView } from './types';

/** Places a card takes; what each of them says stands at `PackedReport`. */
const facts = 13;

/** A report as it came from the core, its cards given back to their banks. */
export function unpacked({ report, words, cards }: PackedReport): ReportView {
  const flags = once((said) => (said === '' ? [] : said.split(' ')));
  report.banks.forEach((bank, b) => {
    const places = cards[b] ?? [];
    const word = (at: number): string => words[places[at] ?? 0] ?? '';
    for (let at = 0; at + facts <= places.length; at += facts) {
      const number = word(at + 4);
      const card: CardView = {
        id: word(at),
        bank: bank.bank,
        product: word(at + 1),
        kind: word(at + 2),
        brand: word(at + 3),
        number,
        tail: number.slice(-4),
        class: word(at + 5) || null,
        status: word(at + 6),
        role: word(at + 7),
        opened: word(at + 8) || null,
        city: word(at + 9) || null,
        last_used: word(at + 10) || null,
        flags: flags(word(at + 11)),
        mark: (word(at + 12) || null) as Mark | null,
      };
      bank.cards.push(card);
    }
  });
  return report;
}
