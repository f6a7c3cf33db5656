import type { BankReport, CardView, ReportView } from './backend/types';
import { once } from './once';
import { needsLook } from './report';

/** A card with what is asked of it again and again, worked out once a report. */
export type Entry = { card: CardView; bank: BankReport; looks: boolean };

/** What a card can be narrowed by. Choices of one facet widen each other, facets narrow each other. */
export const facets = {
  look: ['attention', 'new_since_last', 'strange_city'],
  kind: ['debit', 'credit', 'quasi_credit'],
  status: ['active', 'dormant', 'frozen', 'lost', 'not_activated', 'closing'],
  mark: ['mine', 'not_sure', 'not_mine', 'unmarked'],
} as const;
export type Facet = keyof typeof facets;
export type Picked = Readonly<Record<Facet, readonly string[]>>;
export type Counts = Record<Facet, Map<string, number>>;
export const nothingPicked: Picked = { look: [], kind: [], status: [], mark: [] };
const names = Object.keys(facets) as Facet[];

export const groupings = ['bank', 'kind', 'city', 'year', 'status'] as const;
export type Grouping = (typeof groupings)[number];
export const sorts = ['unusual', 'bank', 'opened', 'used'] as const;
export type Sort = (typeof sorts)[number];

/** Cards that belong together. `key` is empty where the bank gave nothing to group by. */
export type Group = { key: string; entries: Entry[]; bank: BankReport | null };
/** One card of the list, with the group it opens or closes. */
export type Row = { entry: Entry; opens: Group | null; closes: Group | null };

/** Folded as people type: letters of any width and case, digits of any width. */
export const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

export const entriesOf = (report: ReportView): Entry[] =>
  report.banks.flatMap((bank) => bank.cards.map((card) => ({ card, bank, looks: needsLook(card) })));

/** What each card is searched by, in the order of the cards. */
export function textsOf(entries: Entry[], namesOf: (bank: string) => string[]): string[] {
  // Thousands of cards share a few banks, cities and products: each is folded once.
  const folded = once(fold);
  const name = once((bank) => fold([bank, ...namesOf(bank)].join('\n')));
  return entries.map(
    ({ card }) => `${name(card.bank)}\n${folded(card.city ?? '')}\n${card.tail}\n${folded(card.product)}`,
  );
}

/** Whether every word typed stands somewhere in the text. */
export function searcher(typed: string): (text: string) => boolean {
  const wanted = fold(typed).split(/\s+/).filter(Boolean);
  return (text) => wanted.every((word) => text.includes(word));
}

type Telling = (entry: Entry, tell: (value: string) => void) => void;

/** Tells what a card counts for in each facet. */
const telling: Record<Facet, Telling> = {
  look: ({ card, looks }, tell) => {
    if (looks) tell('attention');
    for (const flag of card.flags) tell(flag);
  },
  kind: ({ card }, tell) => tell(card.kind),
  status: ({ card }, tell) => tell(card.status),
  mark: ({ card }, tell) => tell(card.mark ?? 'unmarked'),
};

function passes(entry: Entry, picked: Picked, facet: Facet): boolean {
  const wanted = picked[facet];
  let found = wanted.length === 0;
  if (!found) telling[facet](entry, (value) => (found ||= wanted.includes(value)));
  return found;
}

export const narrow = (entries: Entry[], picked: Picked): Entry[] =>
  entries.filter((entry) => names.every((facet) => passes(entry, picked, facet)));

/** How many cards each choice would give beside what is picked in the other facets. */
export function countsOf(entries: Entry[], picked: Picked): Counts {
  const counts: Counts = { look: new Map(), kind: new Map(), status: new Map(), mark: new Map() };
  const asked = names.filter((facet) => picked[facet].length > 0);
  for (const facet of names) {
    const of = counts[facet];
    const count = (value: string): void => void of.set(value, (of.get(value) ?? 0) + 1);
    const others = asked.filter((other) => other !== facet);
    const left =
      others.length === 0 ? entries : entries.filter((entry) => others.every((other) => passes(entry, picked, other)));
    for (const entry of left) telling[facet](entry, count);
  }
  return counts;
}

function keyOf({ card }: Entry, grouping: Grouping): string {
  switch (grouping) {
    case 'bank':
      return card.bank;
    case 'kind':
      return card.kind;
    case 'city':
      return card.city ?? '';
    case 'year':
      return card.opened?.slice(0, 4) ?? '';
    case 'status':
      return card.status;
  }
}

function weight({ entries, bank }: Group): number {
  let sum = bank?.flags.length ?? 0;
  // A card with a flag needs a look.
  for (const { card, looks } of entries) if (looks) sum += card.flags.includes('new_since_last') ? 21 : 1;
  return sum;
}
const rank = (order: readonly string[], value: string): number =>
  order.includes(value) ? order.indexOf(value) : order.length;
const latest = ({ entries }: Group): string =>
  entries.reduce((at, { card }) => ((card.opened ?? '') > at ? (card.opened ?? '') : at), '');
/** A month no card was used in stands before all others: it may never have been used. */
const longest = ({ entries }: Group): string =>
  entries.reduce((at, { card }) => ((card.last_used ?? '') < at ? (card.last_used ?? '') : at), '~');
const upward = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function within(entries: Entry[], sort: Sort): Entry[] {
  if (sort === 'unusual') return [...entries.filter(({ looks }) => looks), ...entries.filter(({ looks }) => !looks)];
  if (sort === 'opened') return entries.toSorted((a, b) => upward(b.card.opened ?? '', a.card.opened ?? ''));
  if (sort === 'used') return entries.toSorted((a, b) => upward(a.card.last_used ?? '', b.card.last_used ?? ''));
  return entries;
}

/** The natural order of groups; what no bank gave comes last. */
function natural(groups: Group[], grouping: Grouping, locale: string): Group[] {
  if (grouping === 'bank') return groups;
  const collator = new Intl.Collator(locale);
  const order = grouping === 'kind' ? facets.kind : grouping === 'status' ? facets.status : null;
  return groups.toSorted((a, b) => {
    if (a.key === '' || b.key === '') return Number(a.key === '') - Number(b.key === '');
    if (order) return rank(order, a.key) - rank(order, b.key);
    return grouping === 'year' ? upward(b.key, a.key) : collator.compare(a.key, b.key);
  });
}

/** The cards in groups, both in the order asked for. */
export function groupsOf(entries: Entry[], grouping: Grouping, sort: Sort, locale: string): Group[] {
  const found = new Map<string, Group>();
  for (const entry of entries) {
    const key = keyOf(entry, grouping);
    const group = found.get(key);
    if (group) group.entries.push(entry);
    else found.set(key, { key, entries: [entry], bank: grouping === 'bank' ? entry.bank : null });
  }
  const groups = natural([...found.values()], grouping, locale).map((group) => ({
    ...group,
    entries: within(group.entries, sort),
  }));
  if (sort === 'unusual') return by(groups, weight, (a, b) => b - a);
  if (sort === 'opened') return by(groups, latest, (a, b) => upward(b, a));
  if (sort === 'used') return by(groups, longest, upward);
  return groups;
}

/** In the order of something that is worked out once for each. */
function by<T>(groups: Group[], of: (group: Group) => T, order: (a: T, b: T) => number): Group[] {
  const known = groups.map((group) => ({ group, at: of(group) }));
  return known.toSorted((a, b) => order(a.at, b.at)).map(({ group }) => group);
}

export const rowsOf = (groups: Group[]): Row[] =>
  groups.flatMap((group) =>
    group.entries.map((entry, i) => ({
      entry,
      opens: i === 0 ? group : null,
      closes: i === group.entries.length - 1 ? group : null,
    })),
  );
