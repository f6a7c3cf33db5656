import { fireEvent, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { zhCN } from '$lib/words/zh-CN';
import { part } from '../../testing';
import Curtain from './Curtain.svelte';

const curtain = (): HTMLElement | null => screen.queryByTestId('curtain');
/** Nothing is waited for: what does not stand when the event is over comes too late for the system's picture. */
const turn = (event: 'focus' | 'blur' | 'pagehide'): boolean => window.dispatchEvent(new Event(event));
function shown(state: DocumentVisibilityState): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}
beforeEach(() => vi.spyOn(document, 'hasFocus').mockReturnValue(false));
afterEach(() => vi.restoreAllMocks());

it('has nothing to hide while it is locked', async () => {
  const app = await part(Curtain, {});
  await app.lock();
  turn('focus');
  turn('blur');
  shown('hidden');
  expect(curtain()).toBeNull();
});

it('does not fall over a window that never had the focus', async () => {
  await part(Curtain, {});
  turn('blur');
  shown('hidden');
  expect(curtain()).toBeNull();
});

it('falls over an open report as soon as the window loses the focus, and goes with it', async () => {
  await part(Curtain, {});
  turn('focus');
  expect(curtain()).toBeNull();
  turn('blur');
  expect(curtain()?.textContent).toContain(zhCN.common.curtain);
  turn('focus');
  expect(curtain()).toBeNull();
});

it.each([['pagehide', () => turn('pagehide')] as const, ['visibilitychange', () => shown('hidden')] as const])(
  'falls where only %s tells that the window goes',
  async (_, goes) => {
    await part(Curtain, {});
    turn('focus');
    goes();
    expect(curtain()).not.toBeNull();
  },
);

describe('on a telephone', () => {
  it.each([
    ['a short look elsewhere leaves the report open', 14_000, true],
    ['whoever comes back late finds it locked', 15_000, false],
    ['a clock set back lengthens nothing', -60_000, false],
  ])('%s', async (_, away, open) => {
    const app = await part(Curtain, {}, undefined, 'android');
    const left = Date.now();
    shown('hidden');
    vi.spyOn(Date, 'now').mockReturnValue(left + away);
    turn('focus');
    // the report is covered until it is known to be locked
    expect(curtain() !== null).toBe(!open);
    await vi.waitFor(() => expect(curtain()).toBeNull());
    expect(app.unlocked).toBe(open);
  });

  it('falls over whatever is shown when the app goes: a number may be half typed', async () => {
    const app = await part(Curtain, {}, undefined, 'android');
    await app.lock();
    shown('hidden');
    expect(curtain()).not.toBeNull();
  });

  it('goes when the app is back, or at the first touch where the system says nothing of the focus', async () => {
    await part(Curtain, {}, undefined, 'ios');
    shown('hidden');
    shown('visible');
    const fallen = curtain();
    expect(fallen, 'somebody else may be looking on').not.toBeNull();
    if (fallen) await fireEvent.pointerDown(fallen);
    expect(curtain()).toBeNull();
    shown('hidden');
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    shown('visible');
    expect(curtain()).toBeNull();
  });
});
