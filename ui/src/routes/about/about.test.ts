import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { entries } from '$lib/backend/fake/people';
import { id } from '$lib/testids';
import { open, press } from '../../testing';
import own from '../../../package.json';
import { built } from './built';

describe('about', () => {
  it('says which version this is, and that the demonstration is played by a program', async () => {
    open('ready', { at: 'about' });
    expect(await screen.findByText(own.version)).toBeTruthy();
    expect(screen.getByText(/没有真银行参与/)).toBeTruthy();
  });

  it('offers a line for a problem that holds nothing of the person', async () => {
    open('ready', { at: 'about' });
    const line = (await screen.findByTestId(id.aboutReport)).textContent;
    expect(line).toContain(`Mingxia ${own.version} · demo · zh-CN`);
    for (const secret of Object.values(entries))
      expect(line, 'what the person entered stays here').not.toContain(secret);
    expect(line, 'no long number at all').not.toMatch(/\d{4}/);
  });

  it('names each library that reaches the window as it is built in', () => {
    const named = built.map(([name]) => name.toLowerCase().replace(' ', '-'));
    for (const name of Object.keys(own.dependencies)) {
      const short = name.replace(/^@(tauri|lucide).*/, '$1');
      expect(named, `${name} is built in`).toContain(short);
    }
  });
});

describe('the list at the end of home', () => {
  it.each(['notify', 'help', 'protection', 'settings', 'about'])('leads to %s, and back', async (way) => {
    open('ready');
    await press(id.way(way));
    expect((await screen.findByTestId(id.screen)).dataset.at).toBe(way);
    await press(id.back);
    expect(screen.getByTestId(id.screen).dataset.at).toBe('home');
  });

  it('offers no check of an SMS before there is an account', async () => {
    open('new');
    expect(await screen.findByTestId(id.way('help'))).toBeTruthy();
    expect(screen.queryByTestId(id.way('notify'))).toBeNull();
  });
});
