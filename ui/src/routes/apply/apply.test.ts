import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { refuse, type World } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { open, press } from '../../testing';

const at = (): string | undefined => screen.getByTestId(id.screen).dataset.at;

describe('sending a query', () => {
  it('that was refused for good is offered no more, and says why and that it does not count', async () => {
    const backend = open('draft', { at: 'apply' });
    backend.apply.submit = () => {
      backend.world.end('refused');
      return Promise.reject(refuse('consent_invalid'));
    };
    await press(id.applySubmit);
    expect(await screen.findByText('这份授权没有被接受。')).toBeTruthy();
    expect(screen.getByTestId(id.refusalCode).textContent).toContain('consent_invalid');
    await waitFor(() => expect(screen.queryByTestId(id.applySubmit)).toBeNull());
    await press(id.homeNext);
    await waitFor(() => expect(at()).toBe('home'));
  });

  it('that lapsed while its screen was open is not offered either', async () => {
    const { world, tell } = open('draft', { at: 'apply' });
    await screen.findByTestId(id.applySubmit);
    world.end('lapsed');
    tell('query');
    expect(await screen.findByText(/授权超过 15 分钟没有发出/)).toBeTruthy();
    expect(screen.queryByTestId(id.applySubmit)).toBeNull();
  });

  it('goes back to the proofs where one of them grew too old', async () => {
    open('draft', { at: 'apply' }, (w) => w.refusals.set('apply.submit', refuse('factor_missing')));
    await press(id.applySubmit);
    await waitFor(() => expect(at()).toBe('verify'));
  });

  it('is withdrawn and not given up once it is on its way', async () => {
    const sending = (w: World): void => {
      if (w.query) w.query.state = 'sending';
    };
    const { world } = open('draft', { at: 'apply' }, sending);
    expect(await screen.findByTestId(id.collectWithdraw)).toBeTruthy();
    expect(screen.queryByTestId(id.applyCancel), 'nobody can say any more that nothing was sent').toBeNull();
    await press(id.collectWithdraw);
    await press(id.confirmYes);
    await waitFor(() => expect(world.records[0]?.ended).toBe('withdrawn'));
  });
});
