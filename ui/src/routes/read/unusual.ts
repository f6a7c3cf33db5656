import type { App } from '$lib/app.svelte';
import type { BankReport, CardView, ReportView, Unusual } from '$lib/backend/types';
import { cardsOf, findCard } from '$lib/report';

/** Something unusual, or several things of one sort told as one. */
export type Odd = Unusual & { many?: true };

/** What worries most comes first. */
const order = [
  'unknown_inquiry',
  'new_since_last',
  'strange_city',
  'possible_match',
  'more_than_four_debit',
  'more_than_one_class_one',
  'frozen',
  'lost',
  'dormant',
];
/** What worries most first. More things of one sort than `several` are told as one. */
export function foldUnusual(items: Unusual[], several = 2): Odd[] {
  const sorts = new Map<string, Unusual[]>(order.map((flag) => [flag, []]));
  for (const item of items) {
    const same = sorts.get(item.flag);
    if (same) same.push(item);
    else sorts.set(item.flag, [item]);
  }
  return [...sorts].flatMap(([flag, same]): Odd[] =>
    same.length > several ? [{ flag, bank: '', card: null, count: same.length, many: true }] : same,
  );
}

/** What easy mode asks about, one after another: a card once, by what worries most of it, and none answered before. */
export function toAsk(report: ReportView): Odd[] {
  const asked = new Set(cardsOf(report).flatMap((card) => (card.mark ? [card.id] : [])));
  const open = foldUnusual(report.unusual, Infinity).filter(({ card }) => {
    if (card === null) return true;
    const fresh = !asked.has(card);
    asked.add(card);
    return fresh;
  });
  return foldUnusual(open, 20);
}

/** One unusual thing as a sentence that names the bank, and the card by its tail. */
export function sayUnusual(app: App, report: ReportView, item: Odd): string {
  const words = app.words.read;
  if (item.many) {
    const many: Record<string, (n: number) => string> = words.flaggedMany;
    return (many[item.flag] ?? words.flaggedMany.other)(item.count);
  }
  const card = item.card ? findCard(report, item.card) : null;
  const bank = app.bank(item.bank);
  const where = card ? words.where(bank, app.helping ? '····' : card.tail) : bank;
  const say = words.flagged;
  switch (item.flag) {
    case 'new_since_last':
      return say.new_since_last(where);
    case 'strange_city':
      return say.strange_city(where);
    case 'more_than_four_debit':
      return say.more_than_four_debit(bank, item.count);
    case 'more_than_one_class_one':
      return say.more_than_one_class_one(bank, item.count);
    case 'frozen':
      return say.frozen(where);
    case 'lost':
      return say.lost(where);
    case 'dormant':
      return say.dormant(where);
    case 'possible_match':
      return say.possible_match(bank);
    case 'unknown_inquiry':
      return say.unknown_inquiry(bank);
    default:
      return say.other(where);
  }
}

/** Why a card deserves a look: its flags, and a status that is one. */
export const flagsOf = (card: CardView): string[] => [
  ...new Set([...card.flags, ...(['dormant', 'frozen', 'lost'].includes(card.status) ? [card.status] : [])]),
];

/** The same, one sentence a reason. */
export function sayCardFlags(app: App, card: CardView): string[] {
  const words = app.words.read.flagOnCard;
  return flagsOf(card).map((flag) => {
    switch (flag) {
      case 'new_since_last':
        return words.new_since_last;
      case 'strange_city':
        return words.strange_city(card.city ?? '');
      case 'dormant':
        return words.dormant(card.last_used ? app.format.month(card.last_used) : null);
      case 'frozen': {
        const hotline = app.hotline(card.bank);
        return hotline ? words.frozen(hotline) : words.frozenUnknown;
      }
      case 'lost':
        return words.lost;
      default:
        return words.other;
    }
  });
}

export function sayBankFlags(app: App, bank: BankReport): string[] {
  const words = app.words.read.flagOnBank;
  const debit = bank.cards.filter((card) => card.kind === 'debit' && card.role === 'primary');
  return bank.flags.flatMap((flag) => {
    if (flag === 'more_than_four_debit') return [words.more_than_four_debit(debit.length)];
    if (flag === 'more_than_one_class_one')
      return [words.more_than_one_class_one(debit.filter((card) => card.class === 'I').length)];
    return [];
  });
}

/** 借记卡 II 类 */
export function kindOf(app: App, card: CardView): string {
  const words = app.words.common;
  return [words.kind[card.kind] ?? card.kind, card.class ? words.cardClass[card.class] : null]
    .filter(Boolean)
    .join(' ');
}

/** 杭州，2014 年 3 月开立; what the person did not ask for is not called missing. */
export function openedOf(app: App, card: CardView, leftOut: string[]): string {
  const words = app.words.read;
  const when = card.opened ? app.format.month(card.opened) : null;
  if (when && card.city) return words.openedIn(card.city, when);
  if (when) return words.openedWhen(when);
  if (card.city) return card.city;
  return leftOut.includes('opened') ? app.words.common.notAsked : words.openedUnknown;
}
