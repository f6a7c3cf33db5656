// Takes a picture of every screen with the made-up person behind it, and searches each for barriers, contrast included.
// node screens/take.mjs [--only NAME] [--variant NAME]; pictures go to target/screens. Needs a Chromium on the machine
// (Debian: apt-get install chromium; elsewhere its path in CHROMIUM).
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { build, createServer, preview } from 'vite';

const root = new URL('../', import.meta.url).pathname;
const out = new URL('../../target/screens/', import.meta.url);
const kept = new URL('../../docs/screens/', import.meta.url);
const phone = { width: 390, height: 844 };
const desk = { width: 1080, height: 760 };
const variants = [
  { name: 'phone-zh', size: phone, lang: 'zh-CN', theme: 'light' },
  { name: 'phone-en-dark', size: phone, lang: 'en', theme: 'dark' },
  { name: 'desk-zh-dark', size: desk, lang: 'zh-CN', theme: 'dark' },
  { name: 'desk-en', size: desk, lang: 'en', theme: 'light' },
  { name: 'elder-phone-zh', size: phone, lang: 'zh-CN', theme: 'light', elder: '1' },
  { name: 'elder-desk-en', size: desk, lang: 'en', theme: 'light', elder: '1' },
];
const { values: wanted } = parseArgs({ options: { only: { type: 'string' }, variant: { type: 'string' } } });

// the list of screens is read from its source, the pages are built as they are for a window
const source = await createServer({
  root,
  mode: 'fake',
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false },
});
const { addressOf, shots } = await source.ssrLoadModule('/screens/shots.ts');
await source.close();
await build({ root, mode: 'fake', logLevel: 'error' });
const server = await preview({ root, mode: 'fake', logLevel: 'error', preview: { port: 0, strictPort: false } });
const home = server.resolvedUrls?.local[0];
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const complaints = [];

/** Brings every part of the consent's text onto the screen, as a person reading on would. */
async function read(page) {
  for (let i = 0; i < 60 && (await page.getByTestId('consent-read-on').count()) > 0; i += 1) {
    await page.getByTestId('consent-read-on').click();
    await page.waitForTimeout(10);
  }
}

async function take(page, shot, variant) {
  const how = { lang: variant.lang, theme: variant.theme, ...(variant.elder ? { elder: '1' } : {}) };
  await page.goto(home + addressOf(shot, how));
  await page.locator('main[data-at]').waitFor();
  for (const move of shot.moves ?? []) {
    if (move.press) await page.getByTestId(move.press).first().click();
    else if (move.type) await page.getByTestId(move.type).first().fill(move.text);
    else if (move.read) await read(page);
  }
  await page.waitForTimeout(120);
  await page.screenshot({ path: new URL(`${variant.name}/${shot.name}.png`, out).pathname });
  const { wide, barriers } = await page.evaluate(async () => ({
    wide: document.documentElement.scrollWidth > innerWidth,
    barriers: (await globalThis.axe.run(document, { resultTypes: ['violations'] })).violations.map(
      (v) => `${v.id}: ${v.nodes.map((node) => node.target.join(' ')).join(' | ')}`,
    ),
  }));
  if (wide) complaints.push(`${variant.name}/${shot.name}: wider than the window`);
  for (const barrier of barriers) complaints.push(`${variant.name}/${shot.name}: ${barrier}`);
}

for (const variant of variants.filter((one) => !wanted.variant || one.name === wanted.variant)) {
  await mkdir(new URL(`${variant.name}/`, out), { recursive: true });
  const context = await browser.newContext({ viewport: variant.size, reducedMotion: 'reduce' });
  await context.addInitScript(axe);
  const page = await context.newPage();
  page.setDefaultTimeout(5000);
  let now = '';
  const complain = (text) => complaints.push(`${variant.name}/${now}: ${text}`);
  page.on('pageerror', (error) => complain(String(error)));
  page.on('request', (asked) => {
    if (!/^(data|blob):/.test(asked.url()) && !asked.url().startsWith(home)) complain(`asks for ${asked.url()}`);
  });
  for (const shot of shots.filter(
    (one) => one.name.startsWith(wanted.only ?? '') && !(variant.elder && one.notElder),
  )) {
    now = shot.name;
    try {
      await take(page, shot, variant);
    } catch (error) {
      complain(String(error).split('\n')[0]);
    }
  }
  await context.close();
  // a file in docs/screens is the wish for a picture of that name
  for (const name of await readdir(kept)) {
    const [, shot] = name.match(new RegExp(`^${variant.name}-(.+)[.]png$`)) ?? [];
    if (shot) await copyFile(new URL(`${variant.name}/${shot}.png`, out), new URL(name, kept));
  }
}
await browser.close();
server.httpServer.close();
process.stdout.write(`${complaints.length} complaints\n${complaints.map((line) => `  ${line}\n`).join('')}`);
process.exit(complaints.length > 0 ? 1 : 0);
