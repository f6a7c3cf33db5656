import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Fake } from '$lib/backend/fake/fake';
import { refuse } from '$lib/backend/fake/world';
import { zhCN } from '$lib/words/zh-CN';
import { id } from '$lib/testids';
import { open, press, refused } from './testing';
import { table } from './routes/table';

const at = (): string | undefined => screen.getByTestId(id.screen).dataset.at;
/** The app listens to the button, or stops, as soon as it has something to do with it. */
const listens = (backend: Fake, how: boolean): Promise<void> =>
  waitFor(() => expect(backend.listensToBack()).toBe(how));
const back = async (backend: Fake): Promise<void> => {
  await listens(backend, true);
  backend.pressBack();
};

describe("a telephone's button for going back", () => {
  it('is the system’s own at home, with a report open or not: the app goes as any other', async () => {
    const backend = open('unlocked');
    await screen.findByTestId(id.homeNext);
    await listens(backend, false);
    expect(backend.world.vault, 'whether it is locked is decided by leaving, not by the button').toBe('unlocked');
  });

  it('goes one screen after another to home, and is given back there', async () => {
    const backend = open('unlocked', { at: 'read' });
    await press(id.card('1183'));
    await waitFor(() => expect(at()).toBe('card'));
    await back(backend);
    await waitFor(() => expect(at()).toBe('read'));
    await back(backend);
    await waitFor(() => expect(at()).toBe('home'));
    await listens(backend, false);
  });

  it('answers the question on top, safely, before anything else', async () => {
    const backend = open('unlocked', { at: 'read' });
    await press(id.deleteNow);
    await screen.findByTestId(id.confirmNo);
    await back(backend);
    await waitFor(() => expect(screen.queryByTestId(id.confirmNo)).toBeNull());
    expect([at(), backend.world.query !== null]).toEqual(['read', true]);
  });

  it('takes nothing back that is being done, and what comes of it is said', async () => {
    const backend = open('unlocked', { at: 'read' });
    let fail = (): void => undefined;
    backend.expire.delete_now = () => new Promise((_, no) => (fail = () => no(refuse('disk_full'))));
    await press(id.deleteNow);
    await press(id.confirmYes);
    await back(backend);
    fail();
    expect(await refused()).toBe('disk_full');
    await back(backend);
    await waitFor(() => expect(screen.queryByTestId(id.confirmNo)).toBeNull());
  });

  it('answers a question asked at home, and is given back', async () => {
    const backend = open('ready');
    await press(id.homeDelete);
    await back(backend);
    await waitFor(() => expect(screen.queryByTestId(id.confirmNo)).toBeNull());
    await listens(backend, false);
  });

  it('leaves a screen as its own arrow does', async () => {
    const backend = open('records', { at: 'consent' });
    await press(id.bankAll);
    await press(id.kind('debit'));
    await press(id.consentNext);
    await screen.findByTestId(id.consentEnd);
    await back(backend);
    await screen.findByTestId(id.bankAll);
    expect(at(), 'what was picked is seen again, nothing is left').toBe('consent');
  });

  it('turns the pages of the first start', async () => {
    const backend = open('new', undefined, (world) => (world.profile = 'real'));
    await press(id.startNext);
    await screen.findByTestId(id.startPage(1));
    await back(backend);
    await screen.findByTestId(id.startPage(0));
    await listens(backend, false);
  });

  it.each(Object.keys(table).filter((name) => name !== 'home'))('leads away from %s', async (name) => {
    const carried = { at: name, card: 'PAB-1183', query_id: '5d1f0a22-0000-4000-8000-000000000001' };
    const backend = open('unlocked', carried as never);
    await waitFor(() => expect(at()).toBe(name));
    expect(screen.getByRole('button', { name: zhCN.common.back })).toBeTruthy();
    await back(backend);
    await waitFor(() => expect(at()).not.toBe(name));
  });
});
