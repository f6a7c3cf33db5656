import type { Backend } from '../../backend';
import type { BankReport, KitStep, KitView, NoteView, ReportView } from '../../types';
import type { Stage } from '../stage';
import { iso, refuse, type World } from '../world';

const kitSteps = [
  'call_bank',
  'ask_what_blocks',
  'dispute_letter',
  'report_96110',
  'go_to_branch',
  'check_next_report',
];
const isNew = 'new_since_last';
const isStrange = 'strange_city';

const stepsOf = (world: World, card: string): KitStep[] =>
  kitSteps.map((id) => ({ id, done: world.ticks.get(`${card}/${id}`) ?? false }));

/** What would be kept now: these words, and what is done about each card. */
export function noteOf(world: World, words: string): NoteView {
  const cards = new Set([...world.ticks].filter(([, done]) => done).map(([tick]) => tick.split('/')[0] ?? ''));
  return { words, at: iso(world.now()), cards: [...cards].map((card) => stepsOf(world, card)) };
}

export function read(stage: Stage): Backend['read'] {
  const { world } = stage;

  /** One bank's part: nothing where it did not answer, no fact the person left out, "new" only while comparing. */
  const part = (bank: { bank: string; state: string; at: string | null }): BankReport => {
    const made = world.part(bank.bank, bank.at ?? iso(world.now()));
    if (bank.state !== 'answered') {
      return { ...made, state: bank.state, at: bank.at, outcome: null, as_of: null, cards: [], flags: [] };
    }
    const without = Object.fromEntries(world.leftOut.map((fact) => [fact, null]));
    const cards = made.cards.map((card) => ({
      ...card,
      ...without,
      flags: [
        ...card.flags.filter((flag) => flag !== isNew || world.compare),
        ...(world.strange.has(card.city ?? '') ? [isStrange] : []),
      ],
      mark: world.marks.get(card.id) ?? null,
    }));
    return { ...made, cards };
  };

  const about = (part: BankReport, flag: string): number =>
    part.cards.filter((card) => card.kind === 'debit' && (flag === 'more_than_four_debit' || card.class === 'I'))
      .length;

  const report = (): ReportView => {
    if (world.vault !== 'unlocked') throw refuse('locked');
    if (world.query?.ends_at && world.now() >= Date.parse(world.query.ends_at)) throw refuse('expired');
    const parts = (world.query?.banks ?? []).map(part);
    const cards = parts.flatMap((one) => one.cards);
    return {
      query: stage.query(),
      total: cards.length,
      totals: parts
        .filter((one) => one.cards.length > 0)
        .map((one) => ({
          bank: one.bank,
          debit: one.cards.filter((card) => card.kind === 'debit').length,
          credit: one.cards.filter((card) => card.kind === 'credit').length,
          quasi_credit: one.cards.filter((card) => card.kind === 'quasi_credit').length,
        })),
      unusual: [
        ...cards
          .filter((card) => card.flags.includes(isNew))
          .map((card) => ({ flag: isNew, bank: card.bank, card: card.id, count: 1 })),
        ...cards
          .filter((card) => card.flags.includes(isStrange))
          .map((card) => ({ flag: isStrange, bank: card.bank, card: card.id, count: 1 })),
        ...parts.flatMap((one) =>
          one.flags.map((flag) => ({ flag, bank: one.bank, card: null, count: about(one, flag) })),
        ),
        ...cards.flatMap((card) =>
          card.flags
            .filter((flag) => flag !== isNew && flag !== isStrange)
            .map((flag) => ({ flag, bank: card.bank, card: card.id, count: 1 })),
        ),
        ...parts
          .filter((one) => one.outcome === 'possible_match')
          .map((one) => ({ flag: 'possible_match', bank: one.bank, card: null, count: 1 })),
        ...world.alarms.map(({ bank }) => ({ flag: 'unknown_inquiry', bank: bank ?? '', card: null, count: 1 })),
      ],
      banks: parts,
      inquiries: [
        ...parts
          .filter((one) => one.outcome !== null)
          .map((one) => ({
            bank: one.bank,
            query_id: stage.query().query_id,
            at: stage.query().given_at,
            known: true,
          })),
        ...world.alarms.map(({ bank, at }) => ({ bank: bank ?? '', query_id: '77aa', at, known: false })),
      ],
      changed_since_last:
        world.compare && world.records[0]
          ? {
              since: world.records[0].given_at,
              new_cards: cards.filter((one) => one.flags.includes(isNew)).length,
              gone_cards: 1,
            }
          : null,
      left_out: world.leftOut,
      note: world.notes.get(stage.query().query_id) ?? null,
    };
  };
  const kit = (card: string): KitView => {
    const bank = world.directory.find((row) => card.startsWith(`${row.code}-`));
    return {
      card,
      hotline: bank?.hotline ?? '',
      hotline_confirmed: bank?.hotline_confirmed ?? false,
      steps: stepsOf(world, card),
    };
  };

  return {
    report: () => stage.command('read.report', report),
    mark: (card, mark) =>
      stage.command('read.mark', () => {
        world.marks.set(card, mark);
        return report();
      }),
    strange: (id, strange) =>
      stage.command('read.strange', () => {
        const city = report()
          .banks.flatMap((bank) => bank.cards)
          .find((card) => card.id === id)?.city;
        if (!city) throw refuse('not_found');
        if (strange) world.strange.add(city);
        else world.strange.delete(city);
        return report();
      }),
    kit: (card) => stage.command('read.kit', () => kit(card)),
    kit_tick: (card, id, done) =>
      stage.command('read.kit_tick', () => {
        world.ticks.set(`${card}/${id}`, done);
        return kit(card);
      }),
    keep_note: (words) =>
      stage.command('read.keep_note', () => {
        if (/\p{N}(?:[\s*-]*\p{N}){3}/u.test(words)) throw refuse('malformed');
        world.notes.set(stage.query().query_id, noteOf(world, words.trim()));
        return report();
      }),
    print: () => stage.command('read.print', () => window.print()),
  };
}
