import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from './app.svelte';
import { fake } from './backend/fake/fake';
import { scene } from './backend/fake/scene';
import { iso } from './backend/fake/world';

describe('the way back', () => {
  it('passes a screen once that sent the person to unlock and was come back to', () => {
    const app = new App(fake());
    const record = { at: 'record', query_id: '1' } as const;
    app.open(record);
    app.go({ at: 'unlock', then: record });
    app.swap(record);
    app.back();
    expect(app.screen.at).toBe('home');
  });
});

describe('the time', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }));
  afterEach(() => void vi.useRealTimers());
  const hour = 3_600_000;

  /** An app whose core stays at its own time, whatever the clock of the machine says. */
  async function started(): Promise<{ app: App; core: number; home: ReturnType<typeof vi.fn> }> {
    const world = scene('ready');
    const core = world.now();
    const backend = fake(world);
    const real = await backend.settings.home();
    const home = vi.fn(() => Promise.resolve({ ...real, now: iso(core) }));
    backend.settings.home = home;
    const app = new App(backend);
    await app.refresh();
    home.mockClear();
    return { app, core, home };
  }

  it.each([-8 * hour, 8 * hour])('is asked of the core anew where the clock is set by %d ms', async (by) => {
    const { app, core, home } = await started();
    vi.setSystemTime(Date.now() + by);
    app.tick();
    await vi.waitFor(() => expect(app.now).toBe(core));
    expect(home).toHaveBeenCalledOnce();
    app.tick();
    expect(home, 'and once is enough').toHaveBeenCalledOnce();
  });

  it('is carried on without asking while the clock only runs', async () => {
    const { app, core, home } = await started();
    vi.advanceTimersByTime(hour);
    app.tick();
    expect(app.now).toBe(core + hour);
    expect(home).not.toHaveBeenCalled();
  });
});
