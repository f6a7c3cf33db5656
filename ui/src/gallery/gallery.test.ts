import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { fromAddress } from '$lib/backend/fake/scene';
import { barriers } from '../testing';
import Gallery from './Gallery.svelte';
import { pageNames } from './names';

const open = (page: string): void => {
  const { backend } = fromAddress('?scene=unlocked&lang=zh-CN&theme=light');
  render(Gallery, { backend, page });
};

describe('the gallery of parts', () => {
  it.each(pageNames)('shows %s without barriers', async (page) => {
    open(page);
    expect((await screen.findByTestId('screen')).querySelectorAll('section').length).toBeGreaterThan(0);
    expect(await barriers()).toEqual([]);
  });

  it('gives the focus back to what opened the dialog', async () => {
    open('dialog');
    const opener = await screen.findByTestId('gallery-open');
    await userEvent.click(opener);
    await waitFor(() => expect(document.activeElement?.closest('[aria-modal]')).not.toBeNull());
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(document.querySelector('[aria-modal]')).toBeNull());
    expect(document.activeElement).toBe(opener);
  });

  it('changes language, theme and elder mode under the page', async () => {
    open('button');
    await userEvent.click(await screen.findByRole('radio', { name: 'English' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Button' })).toBeTruthy();
    await userEvent.click(screen.getByRole('radio', { name: 'Dark' }));
    await userEvent.click(screen.getByRole('switch', { name: 'Elder mode' }));
    expect(document.documentElement.dataset).toMatchObject({ theme: 'dark', elder: '1' });
  });
});
