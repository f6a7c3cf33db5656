import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { refuse } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { open, press } from '../../testing';

const start = { at: 'letter', card: 'PAB-1183' } as const;
afterEach(() => vi.unstubAllGlobals());

describe('the letter to the bank', () => {
  it('cannot be printed once the report ended', async () => {
    open('unlocked', start, (w) => w.refusals.set('read.report', refuse('expired')));
    await screen.findByTestId(id.reportOver);
    expect(screen.queryByTestId(id.letter)).toBeNull();
    expect(screen.queryByTestId(id.letterPrint)).toBeNull();
  });

  it('is left at once when the vault locks', async () => {
    const { world, tell } = open('unlocked', start);
    await screen.findByTestId(id.letter);
    world.vault = 'locked';
    tell('vault');
    await waitFor(() => expect(screen.queryByTestId(id.letter)).toBeNull());
  });

  it('hides its numbers while somebody helps, and is not printed then', async () => {
    open('unlocked', undefined, (w) => (w.settings = { ...w.settings, elder: true }));
    await fireEvent.click(await screen.findByText('请家人帮忙看'));
    await press(id.homeNext);
    await fireEvent.click(await screen.findByText(/^看全部/));
    await press(id.elderBank('PAB'));
    await press(id.card('1183'));
    await press(id.mark('not_mine'));
    await press(id.letterOpen);
    expect((await screen.findByTestId(id.letter)).textContent).not.toContain('1183');
    expect(screen.queryByTestId(id.letterPrint)).toBeNull();
  });

  it('says so where nothing was printed, stays to be copied by hand and can be printed again', async () => {
    const print = vi.fn();
    vi.stubGlobal('print', print);
    const { world } = open('unlocked', start, (w) => w.refusals.set('read.print', refuse('not_printed')));
    await press(id.letterPrint);
    expect((await screen.findByTestId(id.refusal)).textContent).toContain('抄写一份');
    expect(screen.getByTestId(id.letter)).toBeTruthy();
    expect(print).not.toHaveBeenCalled();
    world.refusals.clear();
    await press(id.refusalWay);
    await waitFor(() => expect(print).toHaveBeenCalledOnce());
    expect(screen.queryByTestId(id.refusal)).toBeNull();
  });

  it('is copied by hand on a telephone, which cannot print', async () => {
    open('unlocked', start, (w) => (w.system = 'android'));
    expect((await screen.findByTestId(id.letterEnd)).textContent).not.toContain('打印');
    expect(screen.getByText(/照着抄一份/)).toBeTruthy();
    expect(screen.queryByTestId(id.letterPrint)).toBeNull();
  });

  it('holds the masked number of this card alone, and until when it can be printed', async () => {
    open('unlocked', start);
    const letter = (await screen.findByTestId(id.letter)).textContent ?? '';
    expect(letter).toContain('6222********1183');
    expect(letter, 'no digits of a card but the first and last four').not.toMatch(/\d{9}/);
    expect(letter, 'no other card').not.toContain('1496');
    expect(letter).toContain('11 月 27 日（周五）24:00');
    expect(screen.getByTestId(id.letterEnd).textContent).toContain('11 月 27 日（周五）24:00');
  });

  it('leaves name and ID number to be written by hand, and the window’s title says nothing', async () => {
    open('unlocked', start);
    const letter = (await screen.findByTestId(id.letter)).textContent ?? '';
    expect(letter).not.toContain('岚');
    expect(document.title).toBe('名下');
  });

  it('is printed by the person’s own press', async () => {
    const print = vi.fn();
    vi.stubGlobal('print', print);
    open('unlocked', start);
    await screen.findByTestId(id.letter);
    expect(print).not.toHaveBeenCalled();
    await press(id.letterPrint);
    expect(print).toHaveBeenCalledOnce();
  });
});
