import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
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
