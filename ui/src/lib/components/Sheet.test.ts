import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { id } from '$lib/testids';
import { barriers, part } from '../../testing';
import Sheet from './Sheet.svelte';

async function open(): Promise<ReturnType<typeof vi.fn>> {
  const onclose = vi.fn();
  await part(Sheet, { title: '说明什么', onclose }, '两年没有动过。');
  await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId(id.sheetClose)));
  return onclose;
}

it('has a name and takes the focus', async () => {
  await open();
  expect(screen.getByRole('dialog', { name: '说明什么' }).textContent).toContain('两年没有动过。');
  expect(await barriers()).toEqual([]);
});

it('is put away by its cross', async () => {
  const onclose = await open();
  await userEvent.click(screen.getByRole('button', { name: '关闭' }));
  expect(onclose).toHaveBeenCalledOnce();
});

it('is put away by Esc', async () => {
  const onclose = await open();
  await userEvent.keyboard('{Escape}');
  expect(onclose).toHaveBeenCalledOnce();
});

it('is put away by a press beside it', async () => {
  const onclose = await open();
  const scrim = screen.getByRole('dialog').parentElement;
  if (scrim) await userEvent.pointer({ keys: '[MouseLeft]', target: scrim, coords: { clientX: 5, clientY: 5 } });
  await waitFor(() => expect(onclose).toHaveBeenCalledOnce());
});
