import { screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { refuse } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { open, press, refused } from '../../testing';

describe('a factor in progress', () => {
  it('goes on when it could not be stopped', async () => {
    const { world } = open('draft', { at: 'verify' }, (w) => (w.bankWaits = true));
    await press(id.verifyCardBank);
    world.refusals.set('verify.stop', refuse('offline'));
    await press(id.verifyStop);
    expect(await refused()).toBe('offline');
    expect(world.second?.state).toBe('open');
  });

  it('is stopped, and both ways are open again', async () => {
    const { world } = open('draft', { at: 'verify' }, (w) => (w.bankWaits = true));
    await press(id.verifyCardBank);
    await press(id.verifyStop);
    expect(await screen.findByTestId(id.verifyFace)).toBeTruthy();
    expect(screen.getByTestId(id.verifyCardBank)).toBeTruthy();
    expect(world.second?.state).toBe('void');
    expect(screen.queryByTestId(id.verifyStop), 'nothing is left to stop').toBeNull();
  });
});

describe('while the bank is asked again and again', () => {
  afterEach(() => void vi.useRealTimers());
  const waiting = async (): Promise<ReturnType<typeof open>> => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const backend = open('draft', { at: 'verify' }, (w) => (w.bankWaits = true));
    await press(id.verifyCardBank);
    await screen.findByTestId(id.verifyStop);
    return backend;
  };
  const asked = async (): Promise<void> => {
    vi.advanceTimersByTime(2000);
    await new Promise((resolve) => setTimeout(resolve));
  };

  it('what was refused stays, and is said once', async () => {
    const backend = await waiting();
    backend.world.refusals.set('verify.stop', refuse('offline'));
    await press(id.verifyStop);
    const told = await screen.findByTestId(id.refusal);
    for (let i = 0; i < 3; i += 1) {
      await asked();
      // the core says so after every answer
      backend.tell('query');
    }
    await asked();
    expect(screen.getByTestId(id.refusal)).toBe(told);
  });

  it('that the bank cannot be asked is said once too, until it can be', async () => {
    const { world } = await waiting();
    world.refusals.set('verify.poll', refuse('offline'));
    await asked();
    const told = await screen.findByTestId(id.refusal);
    for (let i = 0; i < 3; i += 1) await asked();
    expect(screen.getByTestId(id.refusal)).toBe(told);
    world.refusals.clear();
    await asked();
    await waitFor(() => expect(screen.queryByTestId(id.refusal)).toBeNull());
  });

  it('a press is done at once', async () => {
    const { world } = await waiting();
    world.stuck.add('verify.poll');
    await asked();
    expect(screen.getByTestId<HTMLButtonElement>(id.verifyStop).disabled).toBe(false);
    await press(id.verifyStop);
    await waitFor(() => expect(world.second?.state).toBe('void'));
  });
});

describe('the consent to the face check', () => {
  it('stays when the answer is no, and when withdrawing it is refused', async () => {
    const { world } = open('draft', { at: 'verify' });
    await press(id.faceWithdraw);
    await press(id.confirmNo);
    world.refusals.set('verify.withdraw_face', refuse('disk_full'));
    await press(id.faceWithdraw);
    await press(id.confirmYes);
    expect(await refused()).toBe('disk_full');
    expect(world.face).toBe(true);
  });

  it('is withdrawn where the person verifies, and only the bank card is left', async () => {
    const { world } = open('draft', { at: 'verify' });
    await press(id.faceWithdraw);
    expect(screen.getByText('已经通过的，也不再算数', { exact: false })).toBeTruthy();
    await press(id.confirmYes);
    await waitFor(() => expect(screen.queryByTestId(id.verifyFace)).toBeNull());
    expect(screen.getByTestId(id.verifyCardBank)).toBeTruthy();
    expect(screen.queryByTestId(id.faceWithdraw)).toBeNull();
    expect(world.face).toBe(false);
  });

  it('is withdrawn under protection too, while there is one', async () => {
    const { world } = open('draft', { at: 'protection' });
    await press(id.faceWithdraw);
    await press(id.confirmYes);
    expect(await screen.findByText(/现在没有可以撤回的同意/)).toBeTruthy();
    expect(world.face).toBe(false);
  });

  it('is not offered where there is none', async () => {
    open('ready', { at: 'protection' });
    expect(await screen.findByText(/现在没有可以撤回的同意/)).toBeTruthy();
    expect(screen.queryByTestId(id.faceWithdraw)).toBeNull();
  });
});
