import { mount } from 'svelte';
import App from './App.svelte';
import type { Backend } from './lib/backend/backend';
import { insideTheWindow, tauri } from './lib/backend/tauri';
import type { Screen } from './lib/screens';
import './styles/index.css';

/** The built app speaks to its core only. In a browser, while making screens, a made-up person stands in. */
async function props(): Promise<{ backend: Backend; start?: Screen }> {
  if (import.meta.env.MODE === 'production' || insideTheWindow()) return { backend: tauri };
  const { fromAddress } = await import('./lib/backend/fake/scene');
  return fromAddress(location.search);
}

const target = document.getElementById('app');
if (target) mount(App, { target, props: await props() });
