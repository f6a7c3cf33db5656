import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { refuse } from '$lib/backend/fake/world';
import type { Screen } from '$lib/screens';
import { id } from '$lib/testids';
import { zhCN } from '$lib/words/zh-CN';
import { open, press, refused } from '../../testing';

const words = zhCN.read.elder;
const easy = (at: Screen, change: Parameters<typeof open>[2] = () => undefined): ReturnType<typeof open> =>
  open('unlocked', at, (world) => {
    world.settings = { ...world.settings, elder: true };
    change(world);
  });
const text = (): string => screen.getByTestId(id.screen).textContent ?? '';
const choose = async (name: string | RegExp): Promise<void> =>
  userEvent.click(await screen.findByRole('button', { name }));

/** Answers one place after another until there is none left. */
async function toTheEnd(each: (said: string) => void = () => undefined): Promise<void> {
  while (!text().includes(words.finished)) {
    const before = text();
    each(before);
    await userEvent.click(screen.queryByTestId(id.mark('mine')) ?? screen.getByText(words.next));
    await waitFor(() => expect(text()).not.toBe(before));
  }
}

// Easy mode: an old person, and however many cards.
describe('one place after another', () => {
  it('does not ask again what was answered', async () => {
    easy({ at: 'read' }, (world) => (world.compare = true));
    await choose(words.oneByOne);
    await waitFor(() => expect(text()).toContain('1183'));
    await press(id.mark('not_mine'));
    await waitFor(() => expect(text()).not.toContain('1183'));
    await press(id.back);
    await choose(words.oneByOne);
    await waitFor(() => expect(text()).toMatch(/第 1 处/));
    await toTheEnd((said) => expect(said, 'answered before').not.toContain('1183'));
  });

  it('lists what was just said not to be the person’s, to be dealt with', async () => {
    easy({ at: 'places' }, (world) => (world.compare = true));
    await waitFor(() => expect(text()).toContain('1183'));
    await press(id.mark('not_mine'));
    await toTheEnd();
    await press(id.card('1183'));
    await waitFor(() => expect(screen.getByTestId(id.screen).dataset.at).toBe('card'));
  });

  it('is heard: the focus goes to what is said next, and at the end to the end', async () => {
    easy({ at: 'places' }, (world) => (world.compare = true));
    await press(id.mark('mine'));
    const heading = (): HTMLElement => screen.getByRole('heading', { level: 1 });
    await waitFor(() => expect(document.activeElement).toBe(heading()));
    await toTheEnd();
    await waitFor(() => expect(document.activeElement?.textContent).toBe(words.finished));
  });

  it('says why an answer was not kept, and asks on', async () => {
    const backend = easy({ at: 'places' }, (world) => {
      world.compare = true;
      world.refusals.set('read.mark', refuse('disk_full'));
    });
    await press(id.mark('not_sure'));
    expect(await refused()).toBe('disk_full');
    expect(text()).toMatch(/第 1 处/);
    backend.world.refusals.clear();
    await press(id.mark('not_sure'));
    await waitFor(() => expect(text()).toMatch(/第 2 处/));
    expect(screen.queryByTestId(id.refusal)).toBeNull();
  });

  it('says why nothing could be read, and reads again', async () => {
    const backend = easy({ at: 'places' }, (world) => world.refusals.set('read.report', refuse('disk_full')));
    expect(await refused()).toBe('disk_full');
    backend.world.refusals.clear();
    await press(id.refusalWay);
    await waitFor(() => expect(text()).toMatch(/第 1 处/));
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
