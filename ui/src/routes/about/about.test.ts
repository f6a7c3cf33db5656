import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { entries } from '$lib/backend/fake/people';
import { refuse } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { open, press, refused } from '../../testing';
import own from '../../../package.json';
import { built } from './built';

describe('about', () => {
  it('says which version this is, and that the demonstration is played by a program', async () => {
    open('ready', { at: 'about' }, (world) => (world.update = { ...world.update, version: '3.2.1' }));
    await waitFor(() => expect(screen.getByTestId(id.aboutVersion).textContent).toBe('3.2.1'));
    expect(screen.getByText(/没有真银行参与/)).toBeTruthy();
  });

  it('offers a line for a problem that holds nothing of the person', async () => {
    open('ready', { at: 'about' });
    await waitFor(() => expect(screen.getByTestId(id.aboutVersion).textContent).toBe(own.version));
    const line = screen.getByTestId(id.aboutReport).textContent;
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

describe('new versions', () => {
  const address = 'https://new.example.cn/mingxia';
  const newer = { version: '0.2.0', notes: '更快。\n<b>粗</b>' };
  const about = (installs: boolean, announced: typeof newer | null = newer): ReturnType<typeof open> =>
    open('ready', { at: 'about' }, (world) => {
      world.update = { ...world.update, address, installs };
      world.announced = announced;
    });

  it('are not looked for by a copy that has no place to look, and that is said', async () => {
    open('ready', { at: 'about' });
    expect(await screen.findByText(/新版本请照第一次的办法安装/)).toBeTruthy();
    expect(screen.queryByTestId(id.updateLook)).toBeNull();
  });

  it('are shown as plain words after the first press, and installed after the second', async () => {
    const { backend, calls } = watched(about(true));
    await screen.findByTestId(id.updateLook);
    expect(calls, 'nothing is asked by itself').toEqual([]);
    await press(id.updateLook);
    expect((await screen.findByTestId(id.updateNewer)).textContent).toContain('0.2.0');
    expect(screen.getByText(/<b>粗<\/b>/), 'markup is words').toBeTruthy();
    expect(calls).toEqual(['look']);
    backend.world.refusals.set('update.install', refuse('update_unsigned'));
    await press(id.updateInstall);
    expect(await refused()).toBe('update_unsigned');
    expect(calls).toEqual(['look', 'install 0.2.0']);
  });

  it('are told and not installed where a package manager does that', async () => {
    about(false);
    await press(id.updateLook);
    expect(await screen.findByText(address)).toBeTruthy();
    expect(screen.queryByTestId(id.updateInstall)).toBeNull();
  });

  it('are said to be none where there are none', async () => {
    about(true, null);
    await press(id.updateLook);
    expect(await screen.findByTestId(id.updateNewest)).toBeTruthy();
  });

  it('that were not installed say so in the window after the lock', async () => {
    open('ready', { at: 'about' }, (world) => {
      world.update = { ...world.update, address, installs: true, refused: refuse('update_not_installed') };
    });
    expect(await refused()).toBe('update_not_installed');
  });
});

/** What is asked of the backend about new versions. */
function watched(backend: ReturnType<typeof open>): { backend: ReturnType<typeof open>; calls: string[] } {
  const calls: string[] = [];
  const { look, install } = backend.update;
  backend.update.look = () => (calls.push('look'), look());
  backend.update.install = (version) => (calls.push(`install ${version}`), install(version));
  return { backend, calls };
}

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
