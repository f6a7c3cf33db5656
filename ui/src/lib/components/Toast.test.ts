import { screen } from '@testing-library/svelte';
import { fireEvent } from '@testing-library/dom';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Toast as Word } from '$lib/toast.svelte';
import { barriers, part } from '../../testing';
import Toast from './Toast.svelte';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const said = (): string => screen.getByRole('status').textContent.trim();
async function after(ms: number): Promise<string> {
  vi.advanceTimersByTime(ms);
  await tick();
  return said();
}

it('is said into a polite region that was there before, and goes by itself', async () => {
  const app = await part(Toast, {});
  expect(said()).toBe('');
  app.toast.say('已存好');
  expect(await after(Word.lasts - 1)).toBe('已存好');
  expect(await after(1)).toBe('');
});

it.each([
  ['the pointer', 'pointerEnter', 'pointerLeave'],
  ['the focus', 'focusIn', 'focusOut'],
] as const)('waits while %s is on it', async (_, on, off) => {
  const app = await part(Toast, {});
  app.toast.say('已存好');
  await tick();
  const word = screen.getByTestId('toast');
  await fireEvent[on](word);
  expect(await after(Word.lasts * 10)).toBe('已存好');
  await fireEvent[off](word);
  expect(await after(Word.lasts)).toBe('');
});

it('gives way to the next, which has its whole time', async () => {
  const app = await part(Toast, {});
  app.toast.say('已存好');
  await after(Word.lasts - 1);
  app.toast.say('已删掉');
  expect(await after(Word.lasts - 1)).toBe('已删掉');
});

it('can be put away, and is gone when the app locks', async () => {
  const app = await part(Toast, {});
  app.toast.say('已存好');
  await tick();
  screen.getByRole('button', { name: '关闭' }).click();
  expect(await after(0)).toBe('');
  app.toast.say('已存好');
  await app.lock();
  expect(await after(0)).toBe('');
});

it('stands in nobody’s way', async () => {
  vi.useRealTimers();
  const app = await part(Toast, {});
  app.toast.say('已存好');
  await tick();
  expect(await barriers()).toEqual([]);
});
