import type { CardView } from '$lib/backend/types';

/** How somebody comes by a card; the words for each stand in the message files. */
export type Reason =
  | 'with_credit'
  | 'wages'
  | 'mortgage'
  | 'student_loan'
  | 'social'
  | 'online'
  | 'small'
  | 'branch_era'
  | 'asked_for'
  | 'joint'
  | 'family'
  | 'old_credit'
  | 'idle'
  | 'misused';

/** Classes of account exist since the end of 2015; who opened before needed little more than to ask. */
const simpleUntil = 2010;
/** Social security cards are bank cards since 2011. */
const socialSince = 2011;

const months = (opened: string): number => Number(opened.slice(0, 4)) * 12 + Number(opened.slice(5, 7));

/** Whether the same bank opened a credit card for the person about then. */
function besideCredit(card: CardView, others: CardView[]): boolean {
  const { opened } = card;
  if (card.kind !== 'debit' || !opened) return false;
  return others.some(
    ({ bank, kind, opened: then }) =>
      bank === card.bank && kind === 'credit' && then !== null && Math.abs(months(then) - months(opened)) <= 1,
  );
}

function likely(card: CardView): Reason[] {
  if (card.role === 'supplementary') return ['family'];
  if (card.kind === 'quasi_credit') return ['old_credit', 'wages'];
  if (card.kind === 'credit') {
    return card.status === 'not_activated' ? ['asked_for', 'joint'] : ['joint', 'asked_for'];
  }
  if (card.class === 'III') return ['small', 'online'];
  if (card.class === 'II') return ['online', 'wages', 'mortgage'];
  const year = card.opened ? Number(card.opened.slice(0, 4)) : null;
  const social: Reason[] = year === null || year >= socialSince ? ['social'] : [];
  const old: Reason[] = year !== null && year <= simpleUntil ? ['branch_era'] : [];
  return [...old, 'wages', 'mortgage', ...social, 'student_loan'];
}

/** Why the person may have a card, likely ones first. That somebody used their ID is always among them, and last. */
export function reasonsFor(card: CardView, all: CardView[]): Reason[] {
  return [
    ...(besideCredit(card, all) ? (['with_credit'] as const) : []),
    ...likely(card),
    ...(card.status === 'dormant' ? (['idle'] as const) : []),
    'misused',
  ];
}

/** What stands in the way of closing a card of that kind. */
export const blocksOf = (card: CardView): string[] =>
  card.kind === 'debit'
    ? ['loan', 'social', 'salary', 'linked', 'money', 'frozen']
    : ['owed', 'overpaid', 'autopay', 'supplementary', 'frozen'];

/** What to take along; the letter only about a card that is not the person's. */
export const bringFor = (card: CardView): ('id_card' | 'mobile' | 'the_card' | 'letter' | 'in_person')[] =>
  card.mark === 'not_mine'
    ? ['id_card', 'mobile', 'letter', 'in_person']
    : ['id_card', 'mobile', 'the_card', 'in_person'];
