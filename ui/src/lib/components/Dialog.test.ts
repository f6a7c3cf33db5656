import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import type { App } from '$lib/app.svelte';
import { id } from '$lib/testids';
import { barriers, part } from '../../testing';
import Dialog from './Dialog.svelte';

const asked = { title: '删除报告', points: ['别处没有副本'], yes: '删除', no: '留着' };

type Asked = { app: App; onyes: ReturnType<typeof vi.fn>; onno: ReturnType<typeof vi.fn> };
async function ask(busy = false): Promise<Asked> {
  const answers = { onyes: vi.fn(), onno: vi.fn() };
  const app = await part(Dialog, { ...asked, ...answers, busy });
  const focused = busy ? screen.getByRole('alertdialog') : screen.getByTestId(id.confirmNo);
  await waitFor(() => expect(document.activeElement).toBe(focused));
  return { app, ...answers };
}

it('has a name and a description, and the focus is on the safe answer', async () => {
  await ask();
  const dialog = screen.getByRole('alertdialog', { name: '删除报告', description: '别处没有副本' });
  expect(dialog.getAttribute('aria-modal')).toBe('true');
  expect(await barriers()).toEqual([]);
});

it('takes Esc for the safe answer, and tells nobody else of it', async () => {
  const { onyes, onno } = await ask();
  const behind = vi.fn((event: KeyboardEvent) => event.defaultPrevented);
  addEventListener('keydown', behind);
  await userEvent.keyboard('{Escape}');
  removeEventListener('keydown', behind);
  expect(onno).toHaveBeenCalledOnce();
  expect(onyes).not.toHaveBeenCalled();
  expect(behind, 'the screen behind must not go back').toHaveReturnedWith(true);
});

it('keeps the focus inside, both ways round', async () => {
  await ask();
  await userEvent.tab();
  expect(document.activeElement).toBe(screen.getByTestId(id.confirmYes));
  await userEvent.tab({ shift: true });
  expect(document.activeElement).toBe(screen.getByTestId(id.confirmNo));
});

it('is not answered by a press beside it', async () => {
  const { onyes, onno } = await ask();
  const scrim = screen.getByRole('alertdialog').parentElement;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    // the library takes its time to tell a press beside from a drag
    if (scrim) await fireEvent.pointerDown(scrim, { clientX: 5, clientY: 5, button: 0 });
    vi.runAllTimers();
  } finally {
    vi.useRealTimers();
  }
  expect([onyes.mock.calls, onno.mock.calls]).toEqual([[], []]);
});

it('takes no answer while it is busy: what was begun is not taken back', async () => {
  const { app, onyes, onno } = await ask(true);
  await userEvent.click(screen.getByTestId(id.confirmYes));
  await userEvent.click(screen.getByTestId(id.confirmNo));
  await userEvent.keyboard('{Escape}');
  app.wayBack.press();
  expect([onyes.mock.calls, onno.mock.calls]).toEqual([[], []]);
  expect(screen.getByRole('alertdialog')).toBeTruthy();
});
