import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { id } from '$lib/testids';
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

describe('the frame', () => {
  it('lets the keyboard pass the left column', async () => {
    open('ready');
    await press(id.skip);
    expect(document.activeElement).toBe(screen.getByTestId(id.screen));
  });
});
