import { fireEvent, screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { zhCN } from '$lib/words/zh-CN';
import { part } from '../../testing';
import Curtain from './Curtain.svelte';

const curtain = (): HTMLElement | null => screen.queryByTestId('curtain');
const turn = (event: 'focus' | 'blur'): Promise<boolean> => fireEvent(window, new Event(event));

it('has nothing to hide while it is locked', async () => {
  const app = await part(Curtain, {});
  await app.lock();
  await turn('focus');
  await turn('blur');
  expect(curtain()).toBeNull();
});

it('does not fall over a window that never had the focus', async () => {
  await part(Curtain, {});
  await turn('blur');
  expect(curtain()).toBeNull();
});

it('falls over an open report as soon as the window loses the focus, and goes with it', async () => {
  await part(Curtain, {});
  await turn('focus');
  expect(curtain()).toBeNull();
  await turn('blur');
  expect(curtain()?.textContent).toContain(zhCN.common.curtain);
  await turn('focus');
  expect(curtain()).toBeNull();
});
