import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Fake } from '$lib/backend/fake/fake';
import type { Scene } from '$lib/backend/fake/scene';
import { refuse } from '$lib/backend/fake/world';
import type { Screen } from '$lib/screens';
import { id } from '$lib/testids';
import { zhCN } from '$lib/words/zh-CN';
import { open, press } from '../../testing';

const network = async (on: boolean): Promise<void> => {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(on);
  await fireEvent(window, new Event(on ? 'online' : 'offline'));
};
afterEach(() => vi.restoreAllMocks());

describe('without a network', () => {
  it('home says once what still works, and is silent again when the network is back', async () => {
    open('ready');
    await screen.findByTestId(id.homeNext);
    await network(false);
    expect((await screen.findByTestId(id.offline)).textContent).toContain('已有的报告和记录照常能看');
    expect(screen.getByTestId(id.homeNext), 'the report can still be opened').toBeTruthy();
    await network(true);
    await waitFor(() => expect(screen.queryByTestId(id.offline)).toBeNull());
  });

  it.each(['unlock', 'help', 'settings', 'records', 'about', 'protection'] as const)(
    '%s needs no network and says nothing of it',
    async (at) => {
      open('ready', { at });
      await network(false);
      await waitFor(() => expect(screen.getByTestId(id.screen).dataset.at).toBe(at));
      expect(screen.queryByTestId(id.offline)).toBeNull();
    },
  );

  it.each(['consent', 'verify', 'forgotten'] as const)('%s says that what was entered is kept', async (at) => {
    open(at === 'verify' ? 'draft' : 'records', { at });
    await network(false);
    expect((await screen.findByTestId(id.offline)).textContent).toContain('已填的都在');
  });
});

describe('the names and numbers of banks, where they were refused at the start', () => {
  const late = (at: Screen, scene: Scene = 'ready'): Fake =>
    open(scene, at, (world) => world.refusals.set('consent.banks', refuse('offline')));
  const nothing = async (): Promise<void> => {
    await screen.findByText(zhCN.help.police);
    expect(screen.queryByText('95588')).toBeNull();
  };

  it('are there once the network is', async () => {
    const { world } = late({ at: 'help' });
    await nothing();
    world.refusals.clear();
    await network(true);
    await screen.findByText('95588');
  });

  it('are there once something changed', async () => {
    const { world, tell } = late({ at: 'help' });
    await nothing();
    world.refusals.clear();
    tell('query');
    await screen.findByText('95588');
  });

  it('are there once banks were chosen from', async () => {
    const { world } = late({ at: 'consent' }, 'none');
    await screen.findByTestId(id.refusal);
    world.refusals.clear();
    await press(id.refusalWay);
    await screen.findByTestId(id.bankAll);
    await press(id.navHelp);
    await screen.findByText('95588');
  });
});

describe('the frame', () => {
  it('lets the keyboard pass the left column', async () => {
    open('ready');
    await screen.findByTestId(id.homeNext);
    await press(id.skip);
    expect(document.activeElement).toBe(screen.getByTestId(id.screen));
  });
});
