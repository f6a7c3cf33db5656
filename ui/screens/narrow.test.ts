import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { shown } from './look';
import type { Variant } from './variants';
import { finger, open, show, sideways, tight, type Window } from './window';

// The narrowest window there is, telephones upright and on their side, and letters of twice the size: everything is
// still reached by scrolling one way, and by a finger.
const narrow = { width: 320, height: 640 };
const telephones = [
  { width: 320, height: 568 },
  { width: 360, height: 640 },
  { width: 390, height: 844 },
  { width: 412, height: 915 },
  { width: 844, height: 390 },
];
const ways: (Variant & { letters?: number; turned?: typeof telephones })[] = [
  {
    name: 'telephones in English',
    daily: true,
    size: narrow,
    touch: true,
    lang: 'en',
    theme: 'light',
    turned: telephones,
  },
  { name: '320 px in elder mode', daily: true, size: narrow, touch: true, lang: 'zh-CN', theme: 'light', elder: true },
  {
    name: 'a phone, letters of twice the size',
    daily: true,
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

describe.each(ways.filter((way) => way.daily || inject('every')))('$name', (way) => {
  let window: Window;
  beforeAll(async () => void (window = await open(browser, inject('stand'), way)));
  afterAll(() => window.close());

  it('no screen has to be moved sideways, nor pressed with a pin', async () => {
    const { page } = window;
    const found: string[] = [];
    for (const shot of shown(way)) {
      await show(page, inject('stand'), shot, way);
      if (way.letters) {
        await page.evaluate((k) => document.documentElement.style.setProperty('--k', `${k}`), way.letters);
      }
      for (const size of way.turned ?? [way.size]) {
        if (way.turned) await page.setViewportSize(size);
        const off = [...(await sideways(page)), ...(way.touch ? await tight(page, finger) : [])];
        found.push(...off.map((line) => `${shot.name} at ${size.width} x ${size.height}: ${line}`));
      }
    }
    expect(found).toEqual([]);
  }, 600_000);
});
