// The pages as a window gets them, with the made-up federation behind them, and one Chromium to look at them with
// (Debian: apt-get install chromium; elsewhere its path in CHROMIUM).
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';

const root = new URL('../', import.meta.url).pathname;

/** Builds, serves under the content policy of the app, and starts the browser; `close` ends both. */
export async function stand() {
  const pages = { root, mode: 'fake', logLevel: 'error' };
  await build(pages);
  const { app } = JSON.parse(await readFile(new URL('../../tauri.conf.json', import.meta.url), 'utf8'));
  const policy = Object.entries(app.security.csp).map(([name, sources]) => `${name} ${sources}`);
  const served = await preview({
    ...pages,
    preview: { port: 0, strictPort: false, headers: { 'Content-Security-Policy': policy.join('; ') } },
  });
  const browser = await chromium.launchServer({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  return {
    home: served.resolvedUrls.local[0],
    browser: browser.wsEndpoint(),
    axe: createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
    async close() {
      await browser.close();
      await served.close();
    },
  };
}
