import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { entries } from '$lib/backend/fake/people';
import { fill, open, press } from '../testing';
import { deedOf, deeds, keysOf } from './shortcuts';
import { id } from './testids';

const key = (key: string, held: KeyboardEventInit = {}): KeyboardEvent =>
  new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...held });
const control = { ctrlKey: true };
const at = (): string | undefined => screen.getByTestId(id.screen).dataset.at;

/** Presses a key where the focus is; returns whether the web view was kept from doing something of its own. */
async function keyed(name: string, held: KeyboardEventInit = {}): Promise<boolean> {
  const event = key(name, held);
  await fireEvent(document.body, event);
  return event.defaultPrevented;
}

describe('shortcuts', () => {
  it('are told as they are pressed, with the key of that system', () => {
    for (const mac of [false, true])
      for (const deed of deeds) {
        const keys = keysOf(deed, mac);
        const last = { Esc: 'Escape' }[keys.at(-1) ?? ''] ?? keys.at(-1) ?? '';
        const event = key(last, keys.length > 1 ? (mac ? { metaKey: true } : control) : {});
        expect(deedOf(event, mac), `${keys.join('+')} must do what the help screen says`).toBe(deed);
      }
  });

  it('leave alone what is not theirs', () => {
    for (const event of [
      key('l'),
      key('l', { metaKey: true }),
      key('l', { ctrlKey: true, shiftKey: true }),
      key('c', control),
    ])
      expect(deedOf(event, false), `${event.key} belongs to somebody else`).toBeNull();
  });

  it('lock an open report at once, also past a question', async () => {
    const { world } = open('unlocked', { at: 'settings' });
    await press(id.settingsErase);
    expect(await keyed('l', control)).toBe(true);
    await waitFor(() => expect(world.vault).toBe('locked'));
  });

  it('lock a report that is there before home says that it is open', async () => {
    const { world } = open('ready', { at: 'unlock' });
    await screen.findByTestId(id.passwordField);
    world.stuck.add('settings.home');
    await fill(id.passwordField, entries.digits);
    await screen.findByTestId(id.reportTotal);
    await keyed('l', control);
    await waitFor(() => expect(world.vault).toBe('locked'));
  });

  it('do nothing else while a question is open', async () => {
    open('unlocked', { at: 'settings' });
    await press(id.settingsErase);
    await keyed('F1');
    expect(at()).toBe('settings');
  });

  it('open settings and help, and lead back', async () => {
    open('ready');
    await screen.findByTestId(id.homeSay);
    await keyed(',', control);
    await waitFor(() => expect(at()).toBe('settings'));
    await keyed('F1');
    await waitFor(() => expect(at()).toBe('help'));
    await keyed('Escape');
    await waitFor(() => expect(at()).toBe('settings'));
  });

  it('lead back as the arrow of the screen does', async () => {
    open('records', { at: 'consent' });
    await press(id.bankAll);
    await press(id.kind('debit'));
    await press(id.consentNext);
    await screen.findByTestId(id.consentEnd);
    await keyed('Escape');
    await screen.findByTestId(id.bankAll);
    expect(at()).toBe('consent');
  });

  it('turn the pages of the first start back', async () => {
    open('new', undefined, (world) => (world.profile = 'real'));
    await press(id.startNext);
    await screen.findByTestId(id.startPage(1));
    await keyed('Escape');
    await screen.findByTestId(id.startPage(0));
  });

  it('leave to the input method the key that ends its list, also where that is told afterwards', async () => {
    open('unlocked', { at: 'read' });
    const field = await screen.findByTestId<HTMLInputElement>(id.reportSearch);
    await fill(id.reportSearch, '工商');
    await fireEvent(field, key('Escape', { keyCode: 229 }));
    expect([at(), field.value]).toEqual(['read', '工商']);
    await fireEvent(field, key('Escape', { isComposing: true }));
    expect([at(), field.value]).toEqual(['read', '工商']);
    await fireEvent(field, key('Escape'));
    await waitFor(() => expect(field.value).toBe(''));
    expect(at()).toBe('read');
    await fireEvent(field, key('Escape', { keyCode: 229 }));
    expect(at()).toBe('read');
  });

  it('search the report', async () => {
    open('unlocked', { at: 'read' });
    const field = await screen.findByTestId(id.reportSearch);
    await keyed('f', control);
    expect(document.activeElement).toBe(field);
  });

  it('print nothing that was not made to be printed', async () => {
    const print = vi.spyOn(window, 'print').mockImplementation(() => undefined);
    open('unlocked', { at: 'read' });
    await screen.findByTestId(id.reportTotal);
    expect(await keyed('p', control), 'the web view would print the report').toBe(true);
    expect(print).not.toHaveBeenCalled();
    print.mockRestore();
  });
});
