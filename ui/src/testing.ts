import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect } from 'vitest';
import App from './App.svelte';
import { fake, type Fake } from './lib/backend/fake/fake';
import { scene, type Scene } from './lib/backend/fake/scene';
import type { World } from './lib/backend/fake/world';
import type { Screen } from './lib/screens';

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
