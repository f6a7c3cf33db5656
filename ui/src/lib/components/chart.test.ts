import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { BankAnswer, BankReport } from '$lib/backend/types';
import { fake } from '$lib/backend/fake/fake';
import { scene } from '$lib/backend/fake/scene';
import { id } from '$lib/testids';
import { barriers, part } from '../../testing';
import Ticks from './Ticks.svelte';
import Units from './Units.svelte';

const answer = (state: BankAnswer['state'], n: number): BankAnswer[] =>
  Array.from({ length: n }, (_, i) => ({ bank: `${state}-${i}`, state, at: null, round: 1, refusal: null }));
const report = async (name: 'unlocked' | 'many'): Promise<BankReport[]> => {
  const world = scene(name);
  world.vault = 'unlocked';
  return (await fake(world).read.report()).banks;
};
const cells = (row: Element | undefined): string[] =>
  [...(row?.querySelectorAll('td') ?? [])].map((cell) => cell.textContent);
const drawn = (): number => document.querySelectorAll('.units > .n').length;

describe('the ticks of the banks', () => {
  it('are one bar a bank, told as sums in words, without those that are none', async () => {
    await part(Ticks, {
      banks: [...answer('pending', 2), ...answer('answered', 9), ...answer('refused', 1), ...answer('withdrawn', 3)],
    });
    expect(document.querySelectorAll('.ticks i')).toHaveLength(15);
    expect(screen.getByRole('img', { name: '9 家已答复、1 家没有受理、3 家未覆盖、2 家等待中' })).toBeTruthy();
    expect(await barriers()).toEqual([]);
  });

  it('put those still waiting last, whatever order the banks came in', async () => {
    await part(Ticks, { banks: [...answer('pending', 1), ...answer('unanswered', 1), ...answer('answered', 1)] });
    const bars = [...document.querySelectorAll('.ticks i')];
    expect(bars.map((bar) => ['ok', 'late'].find((name) => bar.classList.contains(name)))).toEqual([
      'ok',
      'late',
      undefined,
    ]);
  });
});

describe('the picture by bank and kind', () => {
  it('is always a table for who cannot see it, whose sums are right', async () => {
    const banks = await report('unlocked');
    await part(Units, { banks });
    const table = screen.getByRole('table', { name: '按银行和卡种' });
    const cards = banks.flatMap((bank) => bank.cards);
    const of = (kind: string): string => `${cards.filter((card) => card.kind === kind).length}`;
    expect(cells(table.querySelector('tfoot tr') ?? undefined)).toEqual([
      of('debit'),
      of('credit'),
      of('quasi_credit'),
      `${cards.length}`,
    ]);
    expect(document.querySelector('.units')?.getAttribute('aria-hidden'), 'not told twice').toBe('true');
    expect(await barriers()).toEqual([]);
  });

  it('is seen as that table by choice, which the keys can scroll', async () => {
    await part(Units, { banks: await report('unlocked') });
    await userEvent.click(screen.getByTestId(id.chartTable));
    expect(document.querySelector('.units')).toBeNull();
    expect(screen.getByRole('region', { name: '按银行和卡种' }).tabIndex).toBe(0);
    expect(screen.getByTestId(id.chartTable).textContent).toBe('用图看');
    expect(await barriers()).toEqual([]);
  });

  it('draws one mark a card, those to look at last in their kind', async () => {
    const banks = await report('unlocked');
    await part(Units, { banks });
    expect(document.querySelectorAll('.unit-row .u')).toHaveLength(banks.flatMap((bank) => bank.cards).length);
    const first = [...(document.querySelector('.unit-row')?.querySelectorAll('.u:not(.u--credit, .u--quasi)') ?? [])];
    const looks = first.map((mark) => mark.classList.contains('attn'));
    expect(looks).toEqual(looks.toSorted((a, b) => Number(a) - Number(b)));
  });

  it('lists the fullest banks of many, and all when asked', async () => {
    const banks = await report('many');
    const held = banks.filter((bank) => bank.cards.length > 0).length;
    await part(Units, { banks });
    expect(drawn(), 'eight banks and the rest').toBe(9);
    expect(document.querySelector('.units > .rest')?.textContent).toBe(`其余 ${held - 8} 家`);
    const heard = screen.getByRole('table').querySelectorAll('tbody tr');
    expect(heard, 'and tells as much').toHaveLength(9);
    const all = banks.reduce((n, bank) => n + bank.cards.length, 0);
    const sums = [...heard].map((row) => Number(cells(row).at(-1)?.replaceAll(',', '')));
    expect(sums.reduce((n, one) => n + one)).toBe(all);
    await userEvent.click(screen.getByTestId(id.chartAll));
    expect(drawn()).toBe(held);
  });
});
