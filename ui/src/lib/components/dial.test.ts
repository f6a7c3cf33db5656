import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { part } from '../../testing';
import Dial from './Dial.svelte';

describe('a number people call', () => {
  it('leads nowhere on a desktop, nor where there is none', async () => {
    await part(Dial, { number: '95588' });
    await part(Dial, { number: null }, 'unknown', 'android');
    expect(screen.queryByRole('link')).toBeNull();
    expect(document.body.textContent).toContain('95588');
    expect(document.body.textContent).toContain('unknown');
  });

  it('leads to the dialler of a telephone, in nothing but digits', async () => {
    await part(Dial, { number: '400-669 5588' }, undefined, 'android');
    expect(screen.getByRole('link', { name: '400-669 5588' }).getAttribute('href')).toBe('tel:4006695588');
  });
});
