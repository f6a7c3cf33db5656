import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { id } from '$lib/testids';
import { zhCN } from '$lib/words/zh-CN';
import { open } from '../../testing';

const curtain = (): HTMLElement | null => screen.queryByTestId('curtain');

describe('the curtain', () => {
  it('falls over an open report as soon as the window loses the focus, and only then', async () => {
    open('unlocked', { at: 'read' });
    await screen.findByTestId(id.reportTotal);
    await fireEvent(window, new Event('focus'));
    expect(curtain()).toBeNull();
    await fireEvent(window, new Event('blur'));
    expect(curtain()?.textContent).toContain(zhCN.common.curtain);
    await fireEvent(window, new Event('focus'));
    expect(curtain()).toBeNull();
  });

  it('has nothing to hide while it is locked', async () => {
    open('ready');
    await screen.findByTestId(id.homeSay);
    await fireEvent(window, new Event('focus'));
    await fireEvent(window, new Event('blur'));
    expect(curtain()).toBeNull();
  });
});
