import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { shown } from './look';
import type { Variant } from './variants';
import { open, show, sideways, type Window } from './window';

// The narrowest window there is, and letters of twice the size: everything is still reached by scrolling one way.
const narrow = { width: 320, height: 640 };
const ways: (Variant & { letters?: number })[] = [
  { name: '320 px in English', size: narrow, lang: 'en', theme: 'light' },
  { name: '320 px in elder mode', size: narrow, lang: 'zh-CN', theme: 'light', elder: true },
  {
    name: 'a phone, letters of twice the size',
    size: { width: 390, height: 844 },
    lang: 'zh-CN',
    theme: 'light',
    letters: 2,
  },
  {
    name: 'a desktop, letters of twice the size',
    size: { width: 1080, height: 760 },
    lang: 'en',
    theme: 'light',
    letters: 2,
  },
];
let browser: Browser;
beforeAll(async () => void (browser = await chromium.connect(inject('stand').browser)));
afterAll(() => browser.close());

describe.each(ways)('$name', (way) => {
  let window: Window;
  beforeAll(async () => void (window = await open(browser, inject('stand'), way)));
  afterAll(() => window.close());

  it('no screen has to be moved sideways', async () => {
    const found: string[] = [];
    for (const shot of shown(way)) {
      await show(window.page, inject('stand'), shot, way);
      if (way.letters) {
        await window.page.evaluate((k) => document.documentElement.style.setProperty('--k', `${k}`), way.letters);
      }
      found.push(...(await sideways(window.page)).map((line) => `${shot.name}: ${line}`));
    }
    expect(found).toEqual([]);
  }, 600_000);
});
