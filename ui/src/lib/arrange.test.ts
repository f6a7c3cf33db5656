import { describe, expect, it } from 'vitest';
import {
  countsOf,
  entriesOf,
  groupsOf,
  narrow,
  nothingPicked,
  rowsOf,
  searcher,
  textsOf,
  type Entry,
  type Picked,
} from './arrange';
import { fake } from './backend/fake/fake';
import { scene } from './backend/fake/scene';
import { manyBanks } from './backend/fake/many';
import type { ReportView } from './backend/types';

async function report(name: 'unlocked' | 'many'): Promise<ReportView> {
  const world = scene(name);
  world.vault = 'unlocked';
  world.compare = true;
  return fake(world).read.report();
}
const names = new Map(manyBanks.map((bank) => [bank.code, [bank.name_zh, bank.short_zh, bank.name_en]]));
const entries = async (name: 'unlocked' | 'many' = 'unlocked'): Promise<Entry[]> => entriesOf(await report(name));
const tails = (found: Entry[]): string[] => found.map(({ card }) => card.tail);
const picked = (some: Partial<Picked>): Picked => ({ ...nothingPicked, ...some });
async function find(typed: string): Promise<string[]> {
  const matches = searcher(typed);
  const all = await entries();
  const texts = textsOf(all, (code) => names.get(code) ?? []);
  return tails(all.filter((_, i) => matches(texts[i] ?? '')));
}

describe('the search', () => {
  it('finds nothing where one of the words is nowhere', async () => {
    expect(await find('工商 武汉')).toEqual([]);
  });

  it('finds a card by its tail, its city and its bank, in both languages and any case', async () => {
    expect(await find('1496')).toEqual(['1496']);
    expect(await find('南宁')).toEqual(['1183']);
    expect(await find('ping an')).toEqual(['1183']);
    expect(await find('平安')).toEqual(['1183']);
    expect(await find('PAB')).toEqual(['1183']);
  });

  it('takes digits as an input method writes them', async () => {
    expect(await find('１４９６')).toEqual(['1496']);
  });

  it('takes several words as all of them, in any order', async () => {
    expect(await find('上海 工商')).toEqual(['0254']);
  });

  it('never finds a card by what its number hides', async () => {
    expect(await find('*')).toEqual([]);
  });
});

describe('filters', () => {
  it('give nothing where no card meets all of them', async () => {
    expect(narrow(await entries(), picked({ kind: ['credit'], status: ['dormant'] }))).toEqual([]);
  });

  it('widen within one facet and narrow across facets', async () => {
    const all = await entries();
    const one = narrow(all, picked({ status: ['dormant'] })).length;
    const two = narrow(all, picked({ status: ['dormant', 'frozen'] })).length;
    expect(two, 'frozen ones come on top').toBe(one + 1);
    expect(tails(narrow(all, picked({ status: ['dormant', 'frozen'], look: ['new_since_last'] })))).toEqual([]);
  });

  it('tell of each choice how many cards picking it would give', async () => {
    const all = await entries();
    const now = picked({ kind: ['debit'] });
    const counts = countsOf(all, now);
    for (const status of ['active', 'dormant', 'frozen'])
      expect(counts.status.get(status), `the number beside ${status} is kept when it is pressed`).toBe(
        narrow(all, { ...now, status: [status] }).length,
      );
    expect(counts.kind.get('credit'), 'another kind is counted as if it were picked instead').toBe(
      narrow(all, picked({ kind: ['credit'] })).length,
    );
  });

  it('know a card without a mark', async () => {
    const all = await entries();
    expect(narrow(all, picked({ mark: ['unmarked'] }))).toHaveLength(all.length);
    expect(narrow(all, picked({ mark: ['mine'] }))).toEqual([]);
  });
});

describe('groups', () => {
  it.each(['bank', 'kind', 'city', 'year', 'status'] as const)('by %s lose no card and show none twice', async (by) => {
    const all = await entries('many');
    const rows = rowsOf(groupsOf(all, by, 'unusual', 'zh-CN'));
    expect(rows).toHaveLength(10_000);
    expect(new Set(rows.map(({ entry }) => entry.card.id)).size).toBe(10_000);
  });

  it('open and close once each', async () => {
    const groups = groupsOf(await entries('many'), 'city', 'bank', 'zh-CN');
    const rows = rowsOf(groups);
    expect(rows.filter((row) => row.opens).map((row) => row.opens?.key)).toEqual(groups.map(({ key }) => key));
    expect(rows.filter((row) => row.closes)).toHaveLength(groups.length);
  });

  it('put what no bank gave last, in their own order', async () => {
    const keys = groupsOf(await entries('many'), 'year', 'bank', 'zh-CN').map(({ key }) => key);
    expect(keys.at(-1)).toBe('');
    expect(keys.slice(0, -1), 'the latest year first').toEqual(keys.slice(0, -1).toSorted().toReversed());
  });

  it('keep the bank only where they are banks', async () => {
    const all = await entries();
    expect(groupsOf(all, 'bank', 'bank', 'zh-CN').every(({ bank }) => bank !== null)).toBe(true);
    expect(groupsOf(all, 'kind', 'bank', 'zh-CN').every(({ bank }) => bank === null)).toBe(true);
  });
});

describe('the order', () => {
  it('has new cards first, and in a group what needs a look', async () => {
    const groups = groupsOf(await entries(), 'bank', 'unusual', 'zh-CN');
    expect(groups[0]?.key, 'the bank with the new card').toBe('PAB');
    const icbc = groups.find(({ key }) => key === 'ICBC')?.entries ?? [];
    expect(icbc.map(({ looks }) => looks)).toEqual([true, true, false, false, false, false]);
  });

  it('by opening has the youngest card first and cards without a date last', async () => {
    const [all] = [await entries('many')];
    const [debit] = groupsOf(all, 'kind', 'opened', 'zh-CN');
    const dates = (debit?.entries ?? []).map(({ card }) => card.opened ?? '');
    expect(dates).toEqual(dates.toSorted().toReversed());
  });

  it('by use has first what was never used', async () => {
    const [first] = groupsOf(await entries(), 'kind', 'used', 'zh-CN');
    expect(first?.entries[0]?.card.last_used).toBeNull();
  });

  it('changes nothing of the report itself', async () => {
    const all = await entries();
    const before = tails(all);
    for (const sort of ['unusual', 'bank', 'opened', 'used'] as const) groupsOf(all, 'bank', sort, 'zh-CN');
    expect(tails(all)).toEqual(before);
  });
});
