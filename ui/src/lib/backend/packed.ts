import { once } from '../once';
import type { CardView, Mark, PackedReport, ReportView } from './types';

/** Places a card takes; what each of them says stands at `PackedReport`. */
const facts = 8;

/** A report as it came from the core, its cards given back to their banks. */
export function unpacked({ report, words, sorts, cards }: PackedReport): ReportView {
  const word = (place: number | undefined): string => words[place ?? 0] ?? '';
  const flags = once((said) => (said === '' ? [] : said.split(' ')));
  const kinds = sorts.map(([product, kind, brand, cls, status, role, said, mark]) => ({
    product: word(product),
    kind: word(kind),
    brand: word(brand),
    class: word(cls) || null,
    status: word(status),
    role: word(role),
    flags: flags(word(said)),
    mark: (word(mark) || null) as Mark | null,
  }));
  report.banks.forEach((bank, b) => {
    const places = cards[b] ?? [];
    for (let at = 0; at + facts <= places.length; at += facts) {
      const sort = kinds[places[at + 7] ?? 0];
      if (!sort) continue;
      const tail = word(places[at + 3]);
      const card: CardView = {
        id: word(places[at]) + word(places[at + 1]),
        bank: bank.bank,
        product: sort.product,
        kind: sort.kind,
        brand: sort.brand,
        number: word(places[at + 2]) + tail,
        tail,
        class: sort.class,
        status: sort.status,
        role: sort.role,
        opened: word(places[at + 4]) || null,
        city: word(places[at + 5]) || null,
        last_used: word(places[at + 6]) || null,
        flags: sort.flags,
        mark: sort.mark,
      };
      bank.cards.push(card);
    }
  });
  return report;
}
