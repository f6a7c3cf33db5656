import { once } from '../once';
import type { CardView, Mark, PackedReport, ReportView } from './types';

/** Places a card takes; what each of them says stands at `PackedReport`. */
const facts = 15;

/** A report as it came from the core, its cards given back to their banks. */
export function unpacked({ report, words, cards }: PackedReport): ReportView {
  const flags = once((said) => (said === '' ? [] : said.split(' ')));
  report.banks.forEach((bank, b) => {
    const places = cards[b] ?? [];
    const word = (at: number): string => words[places[at] ?? 0] ?? '';
    for (let at = 0; at + facts <= places.length; at += facts) {
      const tail = word(at + 3);
      const card: CardView = {
        id: word(at) + word(at + 1),
        bank: bank.bank,
        product: word(at + 4),
        kind: word(at + 5),
        brand: word(at + 6),
        number: word(at + 2) + tail,
        tail,
        class: word(at + 7) || null,
        status: word(at + 8),
        role: word(at + 9),
        opened: word(at + 10) || null,
        city: word(at + 11) || null,
        last_used: word(at + 12) || null,
        flags: flags(word(at + 13)),
        mark: (word(at + 14) || null) as Mark | null,
      };
      bank.cards.push(card);
    }
  });
  return report;
}
