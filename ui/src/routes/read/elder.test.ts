import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Screen } from '$lib/screens';
import { id } from '$lib/testids';
import { zhCN } from '$lib/words/zh-CN';
import { open, press } from '../../testing';

const words = zhCN.read.elder;
const easy = (at: Screen, change: Parameters<typeof open>[2] = () => undefined): ReturnType<typeof open> =>
  open('unlocked', at, (world) => {
    world.settings = { ...world.settings, elder: true };
    change(world);
  });
const text = (): string => screen.getByTestId(id.screen).textContent ?? '';
const choose = async (name: string | RegExp): Promise<void> =>
  userEvent.click(await screen.findByRole('button', { name }));

// Easy mode: an old person, and however many cards.
describe('one place after another', () => {
  it('does not ask again what was answered, and keeps what is not the person’s for the end', async () => {
    easy({ at: 'read' }, (world) => (world.compare = true));
    await choose(words.oneByOne);
    await waitFor(() => expect(text()).toContain('1183'));
    await press(id.mark('not_mine'));
    await waitFor(() => expect(text()).not.toContain('1183'));
    await press(id.back);
    await choose(words.oneByOne);
    await waitFor(() => expect(text()).toMatch(/第 1 处/));
    while (!text().includes(words.finished)) {
      const before = text();
      expect(before, 'answered before').not.toContain('1183');
      await userEvent.click(screen.queryByTestId(id.mark('mine')) ?? screen.getByText(words.next));
      await waitFor(() => expect(text()).not.toBe(before));
    }
    await press(id.card('1183'));
    await waitFor(() => expect(screen.getByTestId(id.screen).dataset.at).toBe('card'));
  });

  it('tells very many of one sort as one', async () => {
    open('many', { at: 'places' }, (world) => {
      world.vault = 'unlocked';
      world.settings = { ...world.settings, elder: true };
    });
    await waitFor(() => expect(text()).toMatch(/第 1 处，共 \d{1,2} 处/));
  });
});

describe('all cards', () => {
  it('are shown one bank at a time', async () => {
    easy({ at: 'read' });
    await choose(words.all(16));
    await press(id.elderBank('CCB'));
    await screen.findByTestId(id.card('2085'));
    expect(document.querySelectorAll('[data-row]')).toHaveLength(2);
    await press(id.back);
    await press(id.elderBank('PAB'));
    await screen.findByTestId(id.card('1183'));
    await press(id.back);
    await press(id.back);
    await screen.findByText(words.oneByOne);
  });
});
