import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { refuse } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { open, press, refused } from '../../testing';

describe('an end from home', () => {
  it('that is refused keeps the report and the question', async () => {
    const { world } = open('ready');
    world.refusals.set('expire.delete_now', refuse('disk_full'));
    await press(id.homeDelete);
    await press(id.confirmYes);
    expect(await refused()).toBe('disk_full');
    expect(world.query, 'nothing was deleted').not.toBeNull();
    expect(screen.getByRole('alertdialog')).toBeTruthy();
  });

  it('deletes a locked report in two presses, and a query in its place may begin at once', async () => {
    const { world } = open('ready');
    await press(id.homeDelete);
    expect(world.vault, 'no password is needed to delete').toBe('locked');
    await press(id.confirmYes);
    await waitFor(() => expect(world.records[0]?.ended).toBe('deleted'));
    await waitFor(() => expect(screen.getByTestId(id.homeNext).textContent).toContain('查我的卡'));
  });

  it('promises no query in its place where it took another’s place itself', async () => {
    const { world } = open('ready', undefined, (w) => {
      if (w.query) w.query.replaces = true;
    });
    await press(id.homeDelete);
    expect(await screen.findByText(/不能再代替；下一次查询要等到 \d+ 月 \d+ 日/)).toBeTruthy();
    await press(id.confirmYes);
    await waitFor(() => expect(world.records[0]?.ended).toBe('deleted'));
    expect(await screen.findByTestId(id.homeWaits)).toBeTruthy();
  });

  it('withdraws in two presses', async () => {
    const { world } = open('collecting');
    await press(id.homeWithdraw);
    await press(id.confirmYes);
    await waitFor(() => expect(world.records[0]?.ended).toBe('withdrawn'));
  });

  it('is two presses away in elder mode as well', async () => {
    const { world } = open('ready', undefined, (w) => (w.settings = { ...w.settings, elder: true }));
    await press(id.homeDelete);
    await press(id.confirmYes);
    await waitFor(() => expect(world.query).toBeNull());
  });
});

describe('the consent a person keeps', () => {
  it('that cannot be saved is still there to read', async () => {
    const { world } = open('collecting');
    world.refusals.set('consent.save', refuse('disk_full'));
    await press(id.homeConsent);
    await press(id.consentExport);
    expect(await refused()).toBe('disk_full');
    expect(screen.getByText('一、授权什么')).toBeTruthy();
    expect(screen.queryByText('已经存好。')).toBeNull();
  });

  it('is not called saved where no place was chosen', async () => {
    const backend = open('collecting');
    backend.consent.save = () => Promise.resolve(false);
    await press(id.homeConsent);
    await press(id.consentExport);
    await waitFor(() => expect(screen.getByTestId(id.consentExport)).toHaveProperty('disabled', false));
    expect(screen.queryByText('已经存好。')).toBeNull();
  });

  it('can be read while the query lives, and saved', async () => {
    open('collecting');
    await press(id.homeConsent);
    await press(id.consentExport);
    expect(await screen.findByText('已经存好。')).toBeTruthy();
  });
});
