import { screen, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { id } from '$lib/testids';
import { zhCN } from '$lib/words/zh-CN';
import { open, press } from '../../testing';

const links = (): string[] =>
  within(screen.getByTestId(id.screen))
    .queryAllByRole('link')
    .map((link) => link.getAttribute('href') ?? '');

describe('numbers to call', () => {
  it('lead nowhere on a desktop', async () => {
    open('ready', { at: 'help' });
    await screen.findByText('95588');
    expect(links()).toEqual([]);
  });

  it('lead to the dialler of a telephone, digits alone', async () => {
    const { world } = open('ready', { at: 'help' }, (w) => (w.system = 'ios'));
    await screen.findByText('95588');
    const { fraud, police, unionpay } = zhCN.help;
    const banks = world.directory.filter((bank) => bank.hotline_confirmed).map((bank) => bank.hotline);
    const all = [fraud, police, unionpay, ...banks].map((line) => `tel:${line.replace(/\D/g, '')}`);
    expect(links()).toEqual(all);
    expect(all.every((link) => /^tel:\d{3,12}$/.test(link))).toBe(true);
  });

  it('of a bank that is not confirmed cannot be pressed', async () => {
    open('unlocked', { at: 'card', card: 'PAB-1183' }, (w) => {
      w.system = 'android';
      w.directory = w.directory.map((bank) => ({ ...bank, hotline_confirmed: false }));
    });
    await screen.findByText(zhCN.read.card.howBranch);
    expect(links()).toEqual([`tel:${zhCN.help.fraud}`]);
  });

  it('of the bank stands on the page of its card', async () => {
    open('unlocked', { at: 'card', card: 'ICBC-8812' }, (w) => (w.system = 'android'));
    await screen.findByText(zhCN.read.card.howBranch);
    expect(links()).toEqual(['tel:95588', `tel:${zhCN.help.fraud}`]);
  });

  it('stands under the step that asks to call, where it can be pressed beside the tick', async () => {
    open('unlocked', { at: 'card', card: 'ICBC-8812' }, (w) => (w.system = 'ios'));
    await press(id.mark('not_mine'));
    const step = await screen.findByTestId(id.kitStep('call_bank'));
    const kit = screen.getByTestId(id.kit);
    const [number] = within(kit).getAllByRole('link');
    expect(number?.getAttribute('href')).toBe('tel:95588');
    expect(number?.textContent).toBe(zhCN.read.kit.line('95588'));
    expect(step.textContent).not.toContain('95588');
  });

  it('is read in that step on a desktop', async () => {
    open('unlocked', { at: 'card', card: 'ICBC-8812' });
    await press(id.mark('not_mine'));
    const step = await screen.findByTestId(id.kitStep('call_bank'));
    expect(step.textContent).toContain(zhCN.read.kit.line('95588'));
    expect(links()).toEqual([]);
  });

  it('of each bank that gave no result stands in its row', async () => {
    const confirmed = (code: string): boolean => code !== 'CBHB';
    open('unlocked', { at: 'read' }, (w) => {
      w.system = 'android';
      w.directory = w.directory.map((bank) => ({
        ...bank,
        hotline: '400-669 5588',
        hotline_confirmed: confirmed(bank.code),
      }));
    });
    await screen.findByText(zhCN.read.noResult.head);
    const rows = [...document.querySelectorAll('[id^="told-"]')];
    const called = rows.map((row) => [row.id, row.querySelector('a')?.getAttribute('href')]);
    const codes = rows.map((row) => row.id.replace('told-', ''));
    expect(codes).toContain('CBHB');
    expect(called).toEqual(codes.map((code) => [`told-${code}`, confirmed(code) ? 'tel:4006695588' : undefined]));
  });
});
