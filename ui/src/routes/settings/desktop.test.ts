import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { refuse } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { open, press, refused } from '../../testing';

const on = (name: string): string | null => screen.getByTestId(name).getAttribute('aria-checked');

describe('what the app may do on a telephone', () => {
  it("is to tell of a result; the rest is the desktop's", async () => {
    const { world } = open('ready', { at: 'settings' }, (w) => (w.system = 'android'));
    await press(id.settingsNotify);
    await waitFor(() => expect(world.settings.notify).toBe(false));
    expect(screen.queryByTestId(id.settingsStay)).toBeNull();
    expect(screen.queryByTestId(id.settingsAutostart)).toBeNull();
  });
});

describe('what the app may do on a desktop', () => {
  it('is nothing but telling of a result until the person says so', async () => {
    const { world } = open('ready', { at: 'settings' });
    await screen.findByTestId(id.settingsStay);
    expect([on(id.settingsStay), on(id.settingsAutostart), on(id.settingsNotify)]).toEqual(['false', 'false', 'true']);
    await press(id.settingsStay);
    await press(id.settingsAutostart);
    await press(id.settingsNotify);
    await waitFor(() => expect(world.settings).toMatchObject({ stay_in_tray: true, autostart: true, notify: false }));
  });

  it('says so where the desktop refuses, and shows what is true', async () => {
    const { world } = open('ready', { at: 'settings' });
    world.refusals.set('settings.set', refuse('storage_read_only'));
    await press(id.settingsAutostart);
    expect(await refused()).toBe('storage_read_only');
    expect(on(id.settingsAutostart)).toBe('false');
  });
});
