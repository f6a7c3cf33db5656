import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Screen } from '$lib/screens';
import { id } from '$lib/testids';
import { zhCN } from '$lib/words/zh-CN';
import { barriers, open, part, press } from '../../testing';
import Aloud from './Aloud.svelte';

const voice = (lang: string, localService = true): SpeechSynthesisVoice =>
  ({ lang, localService }) as SpeechSynthesisVoice;

/** The browser's voices: none at first, until they are given. */
class Voices extends EventTarget {
  list: SpeechSynthesisVoice[] = [];
  now: SpeechSynthesisUtterance | null = null;
  getVoices = (): SpeechSynthesisVoice[] => this.list;
  speak = (utterance: SpeechSynthesisUtterance): void => void (this.now = utterance);
  cancel = (): void => void (this.now = null);
  give(...list: SpeechSynthesisVoice[]): void {
    this.list = list;
    this.dispatchEvent(new Event('voiceschanged'));
  }
}
let voices: Voices;
beforeEach(() => {
  voices = new Voices();
  vi.stubGlobal('speechSynthesis', voices);
  vi.stubGlobal(
    'SpeechSynthesisUtterance',
    class {
      voice: unknown;
      constructor(readonly text: string) {}
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

const at = (): string | undefined => screen.getByTestId(id.screen).dataset.at;
async function easy(start: Screen): Promise<ReturnType<typeof open>> {
  const backend = open('unlocked', start, (world) => {
    world.compare = true;
    world.settings = { ...world.settings, elder: true };
  });
  await waitFor(() => expect(at()).toBe(start.at));
  return backend;
}
const aloud = (): HTMLElement | null => screen.queryByRole('button', { name: zhCN.home.elder.read });
const read = async (): Promise<void> =>
  userEvent.click(await screen.findByRole('button', { name: zhCN.home.elder.read }));

describe('reading aloud', () => {
  it('is offered once the browser knows a voice of this machine for the language, and not before', async () => {
    await part(Aloud, { text: '共 16 张卡' });
    expect(aloud()).toBeNull();
    voices.give(voice('en-US'), voice('zh-CN', false));
    await new Promise((resolve) => setTimeout(resolve));
    expect(aloud(), 'a button that says nothing').toBeNull();
    voices.give(voice('en-US'), voice('zh-CN'));
    await waitFor(() => expect(aloud()).not.toBeNull());
    expect(await barriers()).toEqual([]);
  });

  it('takes the very language before its kin', async () => {
    voices.list = [voice('zh-HK'), voice('zh_CN')];
    await part(Aloud, { text: '共 16 张卡' });
    await read();
    expect([voices.now?.voice?.lang, voices.now?.text]).toEqual(['zh_CN', '共 16 张卡']);
  });

  it('ends with the screen that is left', async () => {
    voices.list = [voice('zh-CN')];
    await easy({ at: 'places' });
    await read();
    expect(voices.now).not.toBeNull();
    await press(id.back);
    await waitFor(() => expect(at()).toBe('home'));
    expect(voices.now).toBeNull();
  });

  it('of one place ends with the answer to it', async () => {
    voices.list = [voice('zh-CN')];
    await easy({ at: 'places' });
    await read();
    expect(voices.now).not.toBeNull();
    await press(id.mark('mine'));
    await waitFor(() => expect(voices.now).toBeNull());
  });

  it('ends before the lock is done', async () => {
    voices.list = [voice('zh-CN')];
    const { world } = await easy({ at: 'read' });
    await read();
    expect(voices.now).not.toBeNull();
    world.stuck.add('unlock.lock');
    await press(id.lock);
    expect(voices.now).toBeNull();
  });
});
