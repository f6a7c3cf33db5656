import { mount } from 'svelte';
import App from './App.svelte';
import { insideTheWindow, tauri } from './lib/backend/tauri';
import './styles/index.css';

/** The built app speaks to its core only. In a browser, while making screens, a made-up person stands in. */
async function start(target: HTMLElement): Promise<void> {
  if (import.meta.env.MODE === 'production' || insideTheWindow()) {
    mount(App, { target, props: { backend: tauri } });
    return;
  }
  const { fromAddress } = await import('./lib/backend/fake/scene');
  const props = fromAddress(location.search);
  const page = new URLSearchParams(location.search).get('gallery');
  if (page === null) {
    mount(App, { target, props });
    return;
  }
  const { default: Gallery } = await import('./gallery/Gallery.svelte');
  mount(Gallery, { target, props: { backend: props.backend, page } });
}

const target = document.getElementById('app');
if (target) await start(target);
