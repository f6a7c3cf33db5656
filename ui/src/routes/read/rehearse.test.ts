import { screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { expect, it, vi } from 'vitest';
import { id } from '$lib/testids';
import { fill, open, press, Silent } from '../../testing';

it('lays the report out while the password is tried, once, and leaves nothing of it', async () => {
  vi.stubGlobal('ResizeObserver', Silent);
  const seen = vi.fn();
  const watch = new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) if (node instanceof HTMLElement && node.matches('.rehearsal')) seen(node.inert);
  });
  watch.observe(document.body, { childList: true, subtree: true });
  const { read, unlock } = open('ready', { at: 'unlock' }, (world) => (world.style = 'passphrase'));
  const report = vi.spyOn(read, 'report').mockRejectedValue({ code: 'locked' });
  let answer = (): void => undefined;
  const asked = vi.spyOn(unlock, 'open');
  for (const wrong of ['wrong one', 'wrong two']) {
    asked.mockImplementationOnce(async () => {
      await new Promise<void>((done) => (answer = done));
      return unlock.state();
    });
    await fill(id.passwordField, wrong);
    await press(id.unlockSubmit);
    await vi.waitFor(() => expect(seen).toHaveBeenCalledTimes(1));
    await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
    expect(seen, 'nobody can reach it').toHaveBeenCalledWith(true);
    expect(document.querySelector('.rehearsal')).toBeNull();
    expect(screen.queryByTestId(id.reportTotal), 'and nobody meets a card of it').toBeNull();
    answer();
    await tick();
    await screen.findByTestId(id.passwordField);
  }
  expect(report, 'asked for beside each try, and given for none of them').toHaveBeenCalledTimes(2);
  watch.disconnect();
  vi.unstubAllGlobals();
});
