import type { Component } from 'svelte';
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect } from 'vitest';
import App from './App.svelte';
import InApp from './InApp.svelte';
import { App as Shared } from './lib/app.svelte';
import { fake, type Fake } from './lib/backend/fake/fake';
import { scene, type Scene } from './lib/backend/fake/scene';
import type { World } from './lib/backend/fake/world';
import type { Screen } from './lib/screens';
import type { System } from './lib/system';

/** The app in a scene, in Chinese, at a screen; `change` sets the scene further before anything is drawn. */
export function open(name: Scene, start?: Screen, change: (world: World) => void = () => undefined): Fake {
  const backend = fake(scene(name));
  backend.world.settings = { ...backend.world.settings, locale: 'zh-CN', idle_lock_secs: 600 };
  change(backend.world);
  render(App, start ? { backend, start } : { backend });
  return backend;
}

/** Presses a control as soon as it can be pressed. */
export async function press(name: string): Promise<void> {
  const control = await screen.findByTestId(name);
  await waitFor(() => expect((control as HTMLButtonElement).disabled).not.toBe(true));
  await fireEvent.click(control);
}

export async function fill(name: string, text: string): Promise<void> {
  const field = await screen.findByTestId(name);
  await userEvent.clear(field);
  await userEvent.type(field, text);
}

/** The refusal on the screen, by its code. */
export const refused = async (): Promise<string | undefined> => (await screen.findByTestId('refusal')).dataset.code;

/** One part inside an app that has its scene, in Chinese; `text` is what the part is put round. */
export async function part<Props extends Record<string, unknown>>(
  of: Component<Props, object, string>,
  props: Omit<Props, 'children'>,
  text?: string,
  system: System = 'desktop',
): Promise<Shared> {
  const world = scene('unlocked');
  world.system = system;
  const backend = fake(world);
  backend.world.settings = { ...backend.world.settings, locale: 'zh-CN' };
  const app = new Shared(backend);
  await Promise.all([app.loadSettings(), app.refresh(), app.loadBanks()]);
  render(InApp, { props: { app, part: of as never, props: props as never, ...(text === undefined ? {} : { text }) } });
  return app;
}

/** What stands in the way of a keyboard or a screen reader; contrast needs a real browser. */
export async function barriers(): Promise<string[]> {
  const found = await axe.run(document.body, {
    resultTypes: ['violations'],
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}`));
}

/** A page without layout: sizes are never told. */
export class Silent {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
