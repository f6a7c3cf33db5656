import { fireEvent, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { App } from '$lib/app.svelte';
import { id } from '$lib/testids';
import { part } from '../../testing';
import IdleWarning from './IdleWarning.svelte';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

async function idle(secs: number): Promise<App> {
  const app = await part(IdleWarning, {});
  app.settings = { ...app.settings, idle_lock_secs: secs };
  vi.spyOn(app, 'lock');
  return app;
}
async function after(secs: number): Promise<string | undefined> {
  vi.advanceTimersByTime(secs * 1000);
  await tick();
  return screen.queryByRole('heading')?.textContent;
}

it('locks after the wait, having said so for the last twenty seconds', async () => {
  const app = await idle(120);
  expect(await after(99)).toBeUndefined();
  expect(await after(1)).toBe('20 秒后锁定');
  expect(await after(19)).toBe('1 秒后锁定');
  expect(app.lock).not.toHaveBeenCalled();
  await after(1);
  expect(app.lock).toHaveBeenCalledOnce();
});

it('is not put off by a clock that is set back', async () => {
  const app = await idle(120);
  await after(60);
  vi.setSystemTime(Date.now() - 8 * 3_600_000);
  expect(await after(40)).toBe('20 秒后锁定');
  await after(20);
  expect(app.lock).toHaveBeenCalledOnce();
});

it('counts the time the machine slept through', async () => {
  const app = await idle(120);
  vi.setSystemTime(Date.now() + 8 * 3_600_000);
  await after(1);
  expect(app.lock).toHaveBeenCalledOnce();
});

it.each(['pointerDown', 'keyDown', 'wheel'] as const)('waits its whole time again after a %s', async (stir) => {
  await idle(120);
  await after(90);
  await fireEvent[stir](window);
  expect(await after(99)).toBeUndefined();
  expect(await after(1)).toBe('20 秒后锁定');
});

it('that is up goes on counting, whatever stirs, until it is answered', async () => {
  await idle(120);
  await after(100);
  await fireEvent.keyDown(window);
  expect(await after(5)).toBe('15 秒后锁定');
  await fireEvent.click(screen.getByTestId(id.confirmNo));
  expect(await after(99)).toBeUndefined();
});

it('locks at once where that is the answer', async () => {
  const app = await idle(120);
  await after(100);
  await fireEvent.click(screen.getByTestId(id.confirmYes));
  expect(app.lock).toHaveBeenCalledOnce();
});

it('never comes where the wait is off', async () => {
  const app = await idle(0);
  expect(await after(100_000)).toBeUndefined();
  expect(app.lock).not.toHaveBeenCalled();
});
