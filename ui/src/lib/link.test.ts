import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { open } from '../testing';
import { App } from './app.svelte';
import { fake } from './backend/fake/fake';
import { scene, type Scene } from './backend/fake/scene';
import { refuse, type World } from './backend/fake/world';
import { follow } from './link';
import type { Screen } from './screens';
import { id } from './testids';

/** Where somebody stands once a link was followed. */
async function led(name: Scene, link: (world: World) => string | undefined, from: Screen): Promise<Screen> {
  const backend = fake(scene(name));
  backend.world.link = link(backend.world) ?? null;
  const app = new App(backend);
  app.open(from);
  await follow(app);
  expect(backend.world.link, 'followed once').toBeNull();
  return app.screen;
}
const live = (world: World): string | undefined => world.query?.query_id;
const unknown = (): string => '00000000-0000-4000-8000-000000000000';

describe('a link from outside', () => {
  it('to a query nobody knows leads home', async () => {
    expect(await led('ready', unknown, { at: 'about' })).toEqual({ at: 'home' });
  });

  it('does not take away what is being typed', async () => {
    expect(await led('new', unknown, { at: 'enrol' })).toEqual({ at: 'enrol' });
    expect(await led('collecting', live, { at: 'consent' })).toEqual({ at: 'consent' });
  });

  it('opens no report: the viewing password is asked for', async () => {
    expect(await led('ready', live, { at: 'home' })).toEqual({ at: 'unlock' });
    expect(await led('unlocked', live, { at: 'home' })).toEqual({ at: 'read' });
  });

  it('leads to where the query stands, or to its record', async () => {
    expect(await led('collecting', live, { at: 'home' })).toEqual({ at: 'collect' });
    expect(await led('draft', live, { at: 'about' })).toEqual({ at: 'home' });
    const ended = '5d1f0a22-0000-4000-8000-000000000002';
    expect(await led('records', () => ended, { at: 'home' })).toEqual({ at: 'record', query_id: ended });
  });

  it('that cannot be asked for leads nowhere', async () => {
    const backend = fake(scene('ready'));
    backend.world.refusals.set('settings.link', refuse('internal'));
    const app = new App(backend);
    app.open({ at: 'about' });
    await follow(app);
    expect(app.screen).toEqual({ at: 'about' });
  });

  it('is followed when it comes while the app is open', async () => {
    const backend = open('collecting');
    await screen.findByTestId(id.homeNext);
    backend.world.link = live(backend.world) ?? null;
    backend.tell('link');
    await waitFor(() => expect(screen.getByTestId(id.screen).dataset.at).toBe('collect'));
  });
});
