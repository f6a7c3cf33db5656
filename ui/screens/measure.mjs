// Measures how a report of 10,000 cards from 200 banks feels, in a Chromium and with the made-up backend: the first
// rows after the unlock, a key typed into the search, a filter, and scrolling. Prints figures and judges none of them.
// node screens/measure.mjs [--runs N] [--slow N] (N times slower than this machine). Chromium as for take.mjs.
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { build, createServer, preview } from 'vite';

const root = new URL('../', import.meta.url).pathname;
const { values: wanted } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, slow: { type: 'string', default: '1' } },
});

// The server that reads the made-up people would have everything built as for a developer.
process.env.NODE_ENV = 'production';
const source = await createServer({
  root,
  mode: 'fake',
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false },
});
const { entries } = await source.ssrLoadModule('/src/lib/backend/fake/people.ts');
await source.close();
await build({ root, mode: 'fake', logLevel: 'error' });
const server = await preview({ root, mode: 'fake', logLevel: 'error', preview: { port: 0, strictPort: false } });
const home = server.resolvedUrls?.local[0];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});

/** In the page: what it takes from something done to the frame after the page shows its effect. */
function instruments() {
  globalThis.longTasks = [];
  new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map((one) => one.duration))).observe(
    {
      entryTypes: ['longtask'],
    },
  );
  globalThis.painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  globalThis.until = (holds) =>
    new Promise((done, never) => {
      const late = performance.now() + 30_000;
      const look = () => {
        if (holds()) done();
        else if (performance.now() > late) never(new Error(`never: ${holds}`));
        else requestAnimationFrame(look);
      };
      look();
    });
  globalThis.timed = async (act, holds) => {
    const from = performance.now();
    act();
    await globalThis.until(holds);
    await globalThis.painted();
    return performance.now() - from;
  };
  globalThis.testid = (name) => document.querySelector(`[data-testid="${name}"]`);
}

const figures = new Map();
const note = (name, value) => figures.set(name, [...(figures.get(name) ?? []), value]);

async function run(variant) {
  const context = await browser.newContext({ viewport: variant.size });
  await context.addInitScript(instruments);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: Number(wanted.slow) });
  await page.goto(`${home}?scene=many&lang=zh-CN&theme=light&at=unlock`);
  const say = (name, value) => note(`${variant.name}: ${name}`, value);

  await page.getByTestId('password-field').fill(entries.password);
  await page.evaluate((rows) => {
    const drawn = () => !rows || document.querySelectorAll('[data-row] .card').length > 3;
    globalThis.opened = new Promise((done, never) =>
      addEventListener(
        'click',
        (event) =>
          globalThis
            .until(() => globalThis.testid('report-total') && globalThis.testid('report-search') && drawn())
            .then(globalThis.painted)
            .then(() => done(performance.now() - event.timeStamp), never),
        { capture: true, once: true },
      ),
    );
  }, variant.rows);
  await page.getByTestId('unlock-submit').click();
  say(
    `unlock pressed to ${variant.rows ? 'first rows' : 'summary'} painted, ms`,
    await page.evaluate(() => globalThis.opened),
  );
  await page.getByTestId('report-search').scrollIntoViewIfNeeded();
  await page.locator('.order').evaluate((order) => order.scrollIntoView());
  await page.waitForTimeout(500);
  say('rows in the page', await page.evaluate(() => document.querySelectorAll('[data-row]').length));
  say('elements in the page', await page.evaluate(() => document.querySelectorAll('*').length));

  for (const text of ['杭', '杭州', '杭州 1', '杭州 14'])
    say(
      'a key in the search, ms',
      await page.evaluate(
        (typed) =>
          globalThis.timed(
            () => {
              const field = globalThis.testid('report-search');
              field.value = typed;
              field.dispatchEvent(new Event('input', { bubbles: true }));
            },
            () => true,
          ),
        text,
      ),
    );
  await page.getByTestId('report-clear').click();
  for (const name of ['attention', 'debit'])
    say(
      'a filter, ms',
      await page.evaluate(
        (filter) =>
          globalThis.timed(
            () => globalThis.testid(`filter-${filter}`).click(),
            () => globalThis.testid(`filter-${filter}`).getAttribute('aria-pressed') === 'true',
          ),
        name,
      ),
    );
  await page.getByTestId('report-clear').click();
  for (const by of ['city', 'year', 'bank'])
    say(
      'grouped anew, ms',
      await page.evaluate(
        (value) =>
          globalThis.timed(
            () => {
              const choice = globalThis.testid('report-group');
              choice.value = value;
              choice.dispatchEvent(new Event('change', { bubbles: true }));
            },
            () => true,
          ),
        by,
      ),
    );

  // the wheel turns for three seconds over the list; frames later than two of them at 60 a second count as dropped
  const box = await page.locator('[data-row]').first().boundingBox();
  await page.mouse.move(box.x + 40, Math.min(box.y + 20, variant.size.height - 40));
  await page.evaluate(() => {
    globalThis.longTasks.length = 0;
    globalThis.frames = [];
    globalThis.blank = 0;
    let last = performance.now();
    const frame = (now) => {
      globalThis.frames.push(now - last);
      last = now;
      if (!document.elementFromPoint(innerWidth - 120, innerHeight - 60)?.closest('[data-row]')) globalThis.blank += 1;
      globalThis.watching = requestAnimationFrame(frame);
    };
    globalThis.watching = requestAnimationFrame(frame);
  });
  for (let i = 0; i < 180; i += 1) {
    await page.mouse.wheel(0, 240);
    await page.waitForTimeout(16);
  }
  const scrolled = await page.evaluate(() => {
    cancelAnimationFrame(globalThis.watching);
    const frames = globalThis.frames.slice(1).toSorted((a, b) => a - b);
    return {
      'scrolling: frames': frames.length,
      'scrolling: frames over 33 ms': frames.filter((ms) => ms > 33.4).length,
      'scrolling: 95th frame of 100, ms': frames[Math.floor(frames.length * 0.95)],
      'scrolling: longest frame, ms': frames.at(-1),
      'scrolling: long tasks over 50 ms': globalThis.longTasks.length,
      'scrolling: frames without a row at the foot': globalThis.blank,
      'scrolling: way, px': [...document.querySelectorAll('.pane, .panes')].reduce(
        (n, one) => Math.max(n, one.scrollTop),
        0,
      ),
    };
  });
  for (const [name, value] of Object.entries(scrolled)) say(name, value);
  await context.close();
}

for (const variant of [
  { name: 'desktop', size: { width: 1080, height: 760 }, rows: true },
  // on a phone the rows stand below the summary, out of sight at first
  { name: 'phone', size: { width: 390, height: 844 }, rows: false },
])
  for (let i = 0; i < Number(wanted.runs); i += 1) await run(variant);

await browser.close();
server.httpServer.close();
for (const [name, values] of figures) {
  const sorted = values.toSorted((a, b) => a - b);
  const shown = (n) => (Number.isInteger(n) ? String(n) : n.toFixed(1));
  process.stdout.write(
    `${name.padEnd(58)} middle ${shown(sorted[Math.floor(sorted.length / 2)])}, least ${shown(sorted[0])}, most ${shown(sorted.at(-1))}\n`,
  );
}
process.exit(0);
