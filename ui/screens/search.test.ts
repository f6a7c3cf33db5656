import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { shots } from './shots';
import { variants } from './variants';
import { barriers, open, show, sideways, small, swallowed, type Window } from './window';

// A search that finds nothing is worth what it would find.
let browser: Browser;
let window: Window;
const [variant] = variants;
const [shot] = shots;

beforeAll(async () => {
  browser = await chromium.connect(inject('stand').browser);
  if (!variant || !shot) throw new Error('nothing to look at');
  window = await open(browser, inject('stand'), variant);
  await show(window.page, inject('stand'), shot, variant);
});
afterAll(() => browser.close());

it('finds a control without a name', async () => {
  await window.page.evaluate(() => document.querySelector('main')?.append(document.createElement('button')));
  expect(await barriers(window.page)).toEqual(['button-name: main > button']);
  await window.page.evaluate(() => document.querySelector('main > button')?.remove());
});

it('finds text that is hard to see', async () => {
  await window.page.getByTestId('home-say').evaluate((head) => head.style.setProperty('color', 'rgb(200 200 200)'));
  expect((await barriers(window.page)).join()).toContain('color-contrast');
  await window.page.getByTestId('home-say').evaluate((head) => head.style.removeProperty('color'));
});

it('finds what is wider than the window', async () => {
  await window.page.evaluate(() => document.querySelector('main')?.style.setProperty('min-width', '500px'));
  expect(await sideways(window.page)).not.toEqual([]);
  await window.page.evaluate(() => document.querySelector('main')?.style.removeProperty('min-width'));
});

it('finds what is too small to read or to press', async () => {
  expect((await small(window.page)).join()).toMatch(/is written at 1\d px/);
  await window.page.getByTestId('enrol-begin').evaluate((button) => button.style.setProperty('min-height', '20px'));
  expect((await small(window.page)).join()).toMatch(/btn--primary.* is \d+ px/);
  await window.page.getByTestId('enrol-begin').evaluate((button) => button.style.removeProperty('min-height'));
});

it('finds a drawing in the colour of its ground, and a choice that looks like none', async () => {
  expect(await swallowed(window.page)).toEqual([]);
  await window.page.evaluate(() => {
    document.querySelector<HTMLElement>('.lead__rule')?.style.setProperty('background', 'transparent');
    const chosen = document.createElement('p');
    chosen.setAttribute('aria-current', 'true');
    document.querySelector('main')?.append(chosen);
  });
  expect((await swallowed(window.page)).join()).toMatch(/p\. looks the same.*lead__rule cannot be seen/);
});

it('finds a word from elsewhere', async () => {
  await window.page.evaluate(() => fetch('http://192.0.2.1/').catch(() => null));
  expect(window.complaints.splice(0).join()).toContain('192.0.2.1');
});
