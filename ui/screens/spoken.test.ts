import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { shots } from './shots';
import { variants } from './variants';
import { open, show, type Window } from './window';

// What a screen reader is told on each screen, kept beside this file. A change of it is read before it is kept:
// npm run look -- spoken --update
let browser: Browser;
let window: Window;
const phone = variants.find((variant) => variant.name === 'phone-zh');
if (!phone) throw new Error('phone-zh is gone');

beforeAll(async () => {
  browser = await chromium.connect(inject('stand').browser);
  window = await open(browser, inject('stand'), phone);
});
afterAll(() => browser.close());

it.each(shots)('$name', async (shot) => {
  await show(window.page, inject('stand'), shot, phone);
  const told = await window.page.locator('body').ariaSnapshot();
  await expect(`${told}\n`).toMatchFileSnapshot(`spoken/${shot.name}.yml`);
});

it('nothing is kept of a screen that is gone', () => {
  const kept = Object.keys(import.meta.glob('./spoken/*.yml')).map((file) => file.replace(/^.*[/]|[.]yml$/g, ''));
  expect(kept.filter((name) => !shots.some((shot) => shot.name === name))).toEqual([]);
});
