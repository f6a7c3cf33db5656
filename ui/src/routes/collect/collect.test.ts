import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { iso, refuse } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { zhCN } from '$lib/words/zh-CN';
import { barriers, open, press, refused } from '../../testing';

const spoken = (): string => screen.getByTestId(id.collectSpoken).textContent ?? '';
const say = (): string => screen.getByTestId(id.collectSay).textContent ?? '';

describe('collecting', () => {
  it('draws every answer, and speaks only at each quarter and at the end', async () => {
    const { world, tell } = open('collecting', { at: 'collect' });
    await screen.findByTestId(id.collectSay);
    const all = world.query?.banks_asked ?? 0;
    const heard = [spoken()];
    const drawn = [say()];
    for (let i = world.query?.banks_answered ?? 0; i < all; i += 1) {
      world.answer(1, world.now());
      tell('query');
      await waitFor(() => expect(say()).toContain(`${world.query?.banks_answered ?? 0} 家`));
      if (drawn.at(-1) !== say()) drawn.push(say());
      if (heard.at(-1) !== spoken()) heard.push(spoken());
    }
    world.close(world.now());
    tell('query');
    await waitFor(() => expect(spoken()).toBe('报告已经出具'));
    expect(drawn.length, 'the page says each of them').toBeGreaterThan(8);
    expect(heard.length, heard.join('; ')).toBeLessThanOrEqual(4);
  });

  it('lets what came already be read, and says what is still to come', async () => {
    const { world } = open('collecting', { at: 'collect' }, (w) => (w.vault = 'unlocked'));
    await press(id.readEarly);
    await screen.findByTestId(id.reportTotal);
    const left = world.query?.banks.filter((bank) => bank.state === 'pending').length ?? 0;
    expect(screen.getByText((text) => text.includes(`还有 ${left} 家没有到`))).toBeTruthy();
    expect(screen.queryByTestId(id.deleteNow), 'there is no report to delete yet').toBeNull();
    expect(await barriers()).toEqual([]);
  });

  it('offers nothing to read before the first answer, and says so where the report is late', async () => {
    open('collecting', { at: 'collect' }, (w) => {
      if (!w.query) return;
      w.query.banks = w.query.banks.map((bank) => ({ ...bank, state: 'pending', at: null }));
      w.query.banks_answered = 0;
      w.query.due_at = iso(w.now() - 1);
    });
    expect(await screen.findByText(/该出报告的时间过了/)).toBeTruthy();
    expect(screen.queryByTestId(id.readEarly)).toBeNull();
  });

  it('has no barrier, and withdrawing is two presses away', async () => {
    const { world } = open('collecting', { at: 'collect' });
    await screen.findByTestId(id.collectSay);
    expect(await barriers()).toEqual([]);
    await press(id.collectWithdraw);
    await press(id.confirmYes);
    await waitFor(() => expect(world.records[0]?.ended).toBe('withdrawn'));
    await waitFor(() => expect(screen.getByTestId(id.screen).dataset.at).toBe('home'));
  });

  it('says why nothing can be shown, and asks again', async () => {
    const { world } = open('collecting', { at: 'collect' }, (w) => w.refusals.set('collect.state', refuse('offline')));
    expect(await refused()).toBe('offline');
    world.refusals.clear();
    await fireEvent.click(screen.getByRole('button', { name: zhCN.common.retry }));
    expect(await screen.findByTestId(id.collectSay)).toBeTruthy();
  });

  it('that was withdrawn elsewhere is no longer drawn, and leads home', async () => {
    const { world, tell } = open('collecting', { at: 'collect' });
    await screen.findByTestId(id.collectBank('ICBC'));
    world.refusals.set('collect.state', refuse('withdrawn'));
    tell('query');
    expect(await screen.findByText('这次查询已经撤回。')).toBeTruthy();
    expect(screen.queryByTestId(id.collectBank('ICBC'))).toBeNull();
    expect(screen.queryByTestId(id.collectWithdraw), 'there is nothing left to withdraw').toBeNull();
    await press(id.homeNext);
    await waitFor(() => expect(screen.getByTestId(id.screen).dataset.at).toBe('home'));
  });

  it('asks the silent banks once more, and their rows say so', async () => {
    const { world } = open('ready', { at: 'collect' });
    const silent = world.query?.banks.find((bank) => bank.state === 'unanswered')?.bank ?? '';
    await press(id.retry);
    await waitFor(() => expect(screen.getByTestId(id.collectBank(silent)).dataset.state).toBe('pending'));
    expect(screen.getByTestId(id.collectBank(silent)).textContent).toContain('第 2 轮');
    expect(screen.queryByTestId(id.retry), 'a round at a time').toBeNull();
  });
});
