import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { refuse } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { open, press, refused } from '../../testing';

const on = (): string | null => screen.getByTestId(id.settingsCompare).getAttribute('aria-checked');

describe('comparing with the last report', () => {
  it('is off, and a press only says what would be kept', async () => {
    const { world } = open('ready', { at: 'settings' });
    await press(id.settingsCompare);
    expect(await screen.findByText(/只留每张卡的一个指纹/)).toBeTruthy();
    expect(world.compare, 'nothing is kept before the person agreed').toBe(false);
    await press(id.confirmNo);
    expect(on()).toBe('false');
    expect(world.compare).toBe(false);
  });

  it('stays off when it is refused', async () => {
    const { world } = open('ready', { at: 'settings' });
    world.refusals.set('settings.set_compare', refuse('locked'));
    await press(id.settingsCompare);
    await press(id.confirmYes);
    expect(await refused()).toBe('locked');
    expect(on()).toBe('false');
  });

  it('is turned on after the notice, and off at once', async () => {
    const { world } = open('ready', { at: 'settings' });
    await press(id.settingsCompare);
    await press(id.confirmYes);
    await waitFor(() => expect(on()).toBe('true'));
    expect(screen.getByText(/下一份会和 2026 年 11 月 20 日出具的那份比/)).toBeTruthy();
    await press(id.settingsCompare);
    await waitFor(() => expect(on()).toBe('false'));
    expect(world.compare).toBe(false);
  });

  it('is not spoken of in the report while it is off', async () => {
    open('unlocked', { at: 'read' });
    await screen.findByTestId(id.reportTotal);
    expect(screen.queryByTestId(id.reportChanged)).toBeNull();
  });

  it('says what is new and what is gone', async () => {
    open('unlocked', { at: 'read' }, (w) => (w.compare = true));
    const said = await screen.findByTestId(id.reportChanged);
    expect(said.textContent).toContain('和 2026 年 8 月 3 日那份报告比，多了 1 张，少了 1 张');
  });
});
