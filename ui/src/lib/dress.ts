import type { App } from './app.svelte';

/** Writes onto the page what the styles look for: language, theme, elder mode, and the person's own text size. */
export function dress(app: App): void {
  const root = document.documentElement;
  root.lang = app.locale;
  root.dataset.theme = app.theme;
  if (app.settings.elder) root.dataset.elder = '1';
  else delete root.dataset.elder;
  const size = app.settings.elder ? 100 : Math.min(175, Math.max(100, app.settings.text_size || 100));
  root.style.setProperty('--k', String(size / 100));
  document.title = app.words.common.app;
}
