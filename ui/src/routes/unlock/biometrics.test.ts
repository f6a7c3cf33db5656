import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { entries } from '$lib/backend/fake/people';
import { refuse } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { fill, open, press, refused } from '../../testing';

describe('unlocking by a finger or the face', () => {
  it('is not spoken of where the machine has none, nor where nobody opted in', async () => {
    open('ready', { at: 'unlock' });
    await screen.findByTestId(id.passwordField);
    expect(screen.queryByTestId(id.biometricsOpen)).toBeNull();
    document.body.innerHTML = '';
    open('ready', { at: 'unlock' }, (world) => (world.biometrics = 'off'));
    await screen.findByTestId(id.passwordField);
    expect(screen.queryByTestId(id.biometricsOpen)).toBeNull();
  });

  it('opens the report with one press, under the phrase and beside the password', async () => {
    open('ready', { at: 'unlock' }, (world) => (world.biometrics = 'on'));
    expect((await screen.findByTestId(id.unlockPhrase)).textContent).toBe(entries.phrase);
    expect(screen.getByTestId(id.passwordField)).toBeTruthy();
    await press(id.biometricsOpen);
    expect((await screen.findByTestId(id.reportTotal)).textContent).toBe('共 16 张卡');
  });

  it('whose question was closed says nothing, and asks for the password as before', async () => {
    const { world } = open('ready', { at: 'unlock' }, (w) => (w.biometrics = 'on'));
    world.refusals.set('unlock.by_biometrics', refuse('biometrics_cancelled'));
    await press(id.biometricsOpen);
    await waitFor(() => expect((screen.getByTestId(id.biometricsOpen) as HTMLButtonElement).disabled).toBe(false));
    expect(screen.queryByTestId(id.refusal)).toBeNull();
    expect(screen.getByTestId(id.passwordField)).toBeTruthy();
  });

  it('with another finger than those it was bound to says so, and is offered no more', async () => {
    const { world } = open('ready', { at: 'unlock' }, (w) => (w.biometrics = 'on'));
    world.refusals.set('unlock.by_biometrics', refuse('biometrics_changed'));
    await screen.findByTestId(id.biometricsOpen);
    world.biometrics = 'off';
    await press(id.biometricsOpen);
    expect(await refused()).toBe('biometrics_changed');
    await waitFor(() => expect(screen.queryByTestId(id.biometricsOpen)).toBeNull());
    expect(world.vault).toBe('locked');
  });
});

describe('opting in', () => {
  it('needs the viewing password, and a wrong one is a try', async () => {
    const { world } = open('ready', { at: 'settings' }, (w) => (w.biometrics = 'off'));
    await press(id.settingsBiometrics);
    expect((await screen.findByTestId(id.unlockPhrase)).textContent).toBe(entries.phrase);
    await fill(id.passwordField, '000001');
    await press(id.biometricsSubmit);
    expect(await refused()).toBe('password_wrong');
    expect([world.biometrics, world.wrong]).toEqual(['off', 1]);
    expect((screen.getByTestId(id.passwordField) as HTMLInputElement).value, 'a password is not kept').toBe('');
    await fill(id.passwordField, entries.digits);
    await press(id.biometricsSubmit);
    await waitFor(() => expect(world.biometrics).toBe('on'));
    expect(screen.queryByTestId(id.passwordField)).toBeNull();
    expect(world.vault, 'and unlocks nothing').toBe('locked');
  });

  it('is taken back by one press', async () => {
    const { world } = open('ready', { at: 'settings' }, (w) => (w.biometrics = 'on'));
    await press(id.settingsBiometrics);
    await waitFor(() => expect(world.biometrics).toBe('off'));
    expect(screen.getByTestId(id.settingsBiometrics).getAttribute('aria-checked')).toBe('false');
  });

  it('is no choice where the machine has nothing to recognise', async () => {
    open('ready', { at: 'settings' });
    await screen.findByTestId(id.settingsErase);
    expect(screen.queryByTestId(id.settingsBiometrics)).toBeNull();
  });
});
