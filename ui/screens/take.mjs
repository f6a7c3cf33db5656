// Takes a picture of every screen in every variant, looks for barriers on the way, and lays the pictures of a variant out
// on one sheet. node screens/take.mjs [--gallery] [--only NAME,...] [--variant NAME] [--keep]; pictures go to target/screens.
// With --gallery these are the pages of the gallery of parts, in every state a part has. With --keep
// docs/screens gets the sheets, and each picture it has by name ("phone-zh-card.png") anew; barriers are not looked for
// then, which `npm run look` does.
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { sheet } from './sheet.mjs';
import { stand } from './stand.mjs';

const root = new URL('../', import.meta.url).pathname;
const out = new URL('../../target/screens/', import.meta.url);
const kept = new URL('../../docs/screens/', import.meta.url);
const { values: wanted } = parseArgs({
  options: {
    only: { type: 'string' },
    variant: { type: 'string' },
    keep: { type: 'boolean' },
    gallery: { type: 'boolean' },
  },
});

/** the beginnings of the names wanted */
const only = (wanted.only ?? '').split(',');

const source = await createServer({
  root,
  mode: 'fake',
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, ws: false },
});
const load = (file) => source.ssrLoadModule(`/screens/${file}`);
const { shots } = await load(wanted.gallery ? 'gallery.ts' : 'shots.ts');
const { variants } = await load('variants.ts');
const { complaintsOf, open, show } = await load('window.ts');

const complaints = [];
const where = await stand();
const browser = await chromium.connect(where.browser);

/** The shots of one variant, one after another in one window. */
async function take(variant) {
  const folder = new URL(`${variant.name}/`, out);
  await mkdir(folder, { recursive: true });
  const window = await open(browser, where, variant);
  const taken = [];
  for (const shot of shots) {
    if (!only.some((name) => shot.name.startsWith(name)) || (variant.elder && shot.notElder)) continue;
    try {
      await show(window.page, where, shot, variant);
      const path = new URL(`${shot.name}.png`, folder).pathname;
      await window.page.screenshot({ path, fullPage: wanted.gallery === true });
      taken.push(shot.name);
      if (!wanted.keep) window.complaints.push(...(await complaintsOf(window.page, variant)));
    } catch (error) {
      window.complaints.push(String(error).split('\n')[0]);
    }
    complaints.push(...window.complaints.splice(0).map((line) => `${variant.name}/${shot.name}: ${line}`));
  }
  await window.close();
  if (wanted.only) return;
  const laid = `sheet-${wanted.gallery ? 'gallery-' : ''}${variant.name}.jpg`;
  await sheet(browser, variant, folder, taken, new URL(laid, out));
  if (!wanted.keep) return;
  await copyFile(new URL(laid, out), new URL(laid, kept));
  // a file in docs/screens is the wish for a picture of that name
  for (const name of await readdir(kept)) {
    const shot = taken.find((one) => name === `${variant.name}-${one}.png`);
    if (shot) await copyFile(new URL(`${shot}.png`, folder), new URL(name, kept));
  }
}

const queue = variants.filter((one) => !wanted.variant || one.name === wanted.variant);
const worker = async () => {
  for (let variant = queue.shift(); variant; variant = queue.shift()) await take(variant);
};
await Promise.all([worker(), worker()]);
await browser.close();
await where.close();
await source.close();
process.stdout.write(`${complaints.length} complaints\n${complaints.map((line) => `  ${line}\n`).join('')}`);
process.exit(complaints.length > 0 ? 1 : 0);
