import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import App from '../../App.svelte';
import { fake } from '$lib/backend/fake/fake';
import { entries } from '$lib/backend/fake/people';
import { scene, type Scene } from '$lib/backend/fake/scene';
import { refuse, spans } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { open, press, refused, Silent } from '../../testing';

function at(name: Scene): ReturnType<typeof fake> {
  const backend = fake(scene(name));
  backend.world.settings = { ...backend.world.settings, locale: 'zh-CN' };
  render(App, { backend, start: { at: 'unlock' } });
  return backend;
}

describe('the viewing password', () => {
  it('is asked for under the phrase, and a wrong one shows nothing but the tries left', async () => {
    const backend = at('ready');
    expect((await screen.findByTestId(id.unlockPhrase)).textContent).toBe(entries.phrase);
    await userEvent.type(screen.getByTestId(id.passwordField), '000001');
    expect((await screen.findByTestId(id.unlockTries)).textContent).toContain('已连续输错 1 次，还可以试 4 次');
    expect(screen.queryByTestId(id.reportTotal), 'nothing of the report').toBeNull();
    expect(backend.world.vault).toBe('locked');
    expect((screen.getByTestId(id.passwordField) as HTMLInputElement).value, 'a wrong password is not kept').toBe('');
  });

  it('cannot be tried while a wait runs, and the wait stands in words', async () => {
    at('waiting');
    expect((await screen.findByTestId(id.unlockWait)).textContent).toMatch(/4 分 3\d 秒/);
    expect(screen.queryByTestId(id.passwordField)).toBeNull();
  });

  it('says the day too where the wait is a long one, and that one try is left after it', async () => {
    const { world } = open('waiting', { at: 'unlock' }, (w) => (w.waitUntil = w.now() + 24 * spans.hour));
    expect(await screen.findByText(/11 月 25 日（周三）12:00 之后可以再试/)).toBeTruthy();
    cleanup();
    open('waiting', { at: 'unlock' }, (w) => {
      w.wrong = world.wrong + 3;
      w.waitUntil = 0;
    });
    expect((await screen.findByTestId(id.unlockTries)).textContent).toContain('再错一次，就要等待');
  });

  it('refused by the keychain says that nothing is lost', async () => {
    const backend = at('ready');
    backend.world.refusals.set('unlock.open', refuse('keychain_locked'));
    await userEvent.type(await screen.findByTestId(id.passwordField), entries.digits);
    expect((await screen.findByTestId(id.refusal)).textContent).toContain('报告还在，没有丢');
  });

  it('opens the report when it is right', async () => {
    at('ready');
    await userEvent.type(await screen.findByTestId(id.passwordField), entries.digits);
    expect((await screen.findByTestId(id.reportTotal)).textContent).toBe('共 16 张卡');
  });

  it('gives what was asked for before home is asked again', async () => {
    const backend = at('ready');
    const asked: string[] = [];
    const { home } = backend.settings;
    const { report } = backend.read;
    await screen.findByTestId(id.passwordField);
    backend.settings.home = () => (asked.push('home'), home());
    backend.read.report = () => (asked.push('report'), report());
    const { open } = backend.unlock;
    backend.unlock.open = async (bytes) => {
      const view = await open(bytes);
      backend.tell('vault');
      return view;
    };
    await userEvent.type(screen.getByTestId(id.passwordField), entries.digits);
    await screen.findByTestId(id.reportTotal);
    await waitFor(() => expect(asked).toContain('home'));
    expect(asked[0]).toBe('report');
  });

  afterEach(() => vi.unstubAllGlobals());

  /** Opening that takes until it is told to, as the password's cost does. */
  function slowly(backend: ReturnType<typeof fake>): () => void {
    vi.stubGlobal('ResizeObserver', Silent);
    const { open } = backend.unlock;
    let go = (): void => undefined;
    const held = new Promise<void>((done) => (go = done));
    backend.unlock.open = async (bytes) => {
      const own = bytes.slice();
      await held;
      return open(own);
    };
    return go;
  }

  it('asks for the report while it is tried, and shows the one that comes then', async () => {
    const backend = at('ready');
    const { report } = backend.read;
    const go = slowly(backend);
    const asked = vi.fn(async () => {
      // As the core does: nobody is answered before the vault is open.
      await vi.waitFor(() => expect(backend.world.vault).toBe('unlocked'));
      return report();
    });
    backend.read.report = asked;
    await userEvent.type(await screen.findByTestId(id.passwordField), entries.digits);
    await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
    expect(screen.queryByTestId(id.reportTotal), 'asked for, not given').toBeNull();
    go();
    await screen.findByTestId(id.reportTotal);
    expect(asked, 'and not a second time').toHaveBeenCalledTimes(1);
  });

  it('takes nobody along who left while it was tried, and leaves nothing open behind them', async () => {
    const backend = at('ready');
    const go = slowly(backend);
    const lock = vi.spyOn(backend.unlock, 'lock');
    await userEvent.type(await screen.findByTestId(id.passwordField), entries.digits);
    await press(id.unlockHelp);
    go();
    await waitFor(() => expect(lock).toHaveBeenCalledOnce());
    await waitFor(() => expect(backend.world.vault).toBe('locked'));
    expect(screen.getByTestId(id.screen).dataset.at).toBe('help');
  });

  it('asks again where the report was refused too early', async () => {
    const backend = at('ready');
    const { report } = backend.read;
    const go = slowly(backend);
    const asked = vi.fn(report);
    backend.read.report = asked;
    await userEvent.type(await screen.findByTestId(id.passwordField), entries.digits);
    await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
    go();
    await screen.findByTestId(id.reportTotal);
    expect(asked).toHaveBeenCalledTimes(2);
  });
});

describe('the report', () => {
  it('leaves the screen when the vault locks', async () => {
    const backend = fake(scene('unlocked'));
    render(App, { backend, start: { at: 'read' } });
    await screen.findByTestId(id.reportTotal);
    backend.world.vault = 'locked';
    backend.tell('vault');
    await waitFor(() => expect(screen.queryByTestId(id.reportTotal)).toBeNull());
  });

  it('reads a masked number as its tail, and never as a row of digits', async () => {
    const backend = fake(scene('unlocked'));
    backend.world.settings = { ...backend.world.settings, locale: 'zh-CN' };
    render(App, { backend, start: { at: 'read' } });
    const card = await screen.findByTestId(id.card('1496'));
    expect(card.querySelector('.pan')?.getAttribute('aria-label')).toBe('尾号 1496');
    expect(card.textContent).not.toMatch(/\d{9}/);
  });

  it('hides every number while family helps', async () => {
    const backend = fake(scene('ready'));
    backend.world.settings = { ...backend.world.settings, locale: 'zh-CN', elder: true };
    render(App, { backend });
    await fireEvent.click(await screen.findByText('请家人帮忙看'));
    await fireEvent.click(screen.getByTestId(id.homeNext));
    await userEvent.type(await screen.findByTestId(id.passwordField), entries.digits);
    await fireEvent.click(await screen.findByText('看全部 16 张卡'));
    await fireEvent.click(await screen.findByTestId(id.elderBank('ICBC')));
    const card = await screen.findByTestId(id.card('1496'));
    expect(card.textContent, 'not even the tail').not.toContain('1496');
  });

  it('says none found as what it is: no match for what was given', async () => {
    const backend = fake(scene('unlocked'));
    backend.world.settings = { ...backend.world.settings, locale: 'zh-CN' };
    render(App, { backend, start: { at: 'read' } });
    expect(await screen.findByText(/用旧证件或旧手机号开的卡可能不在其中/)).toBeTruthy();
    expect(screen.getAllByText(/没有按时答复，不代表没有卡/).length).toBeGreaterThan(0);
  });
});

describe('what the question needs', () => {
  it('is said when it cannot be read, and no password is asked for', async () => {
    open('ready', { at: 'unlock' }, (world) => world.refusals.set('unlock.state', refuse('keychain_locked')));
    expect(await refused()).toBe('keychain_locked');
    expect(screen.queryByTestId(id.passwordField)).toBeNull();
  });
});
