import { chromium, type Browser, type Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import type { Scene } from '../../src/lib/backend/fake/scene';
import { id } from '../../src/lib/testids';
import { noon, open, type Window } from '../window';

export const phone = { width: 390, height: 844 };
export const desk = { width: 1080, height: 760 };

/** A person before a window. Waits for what it wants, and never for a time: the clock is moved by hand. */
export class Person {
  /** how often something was pressed */
  pressed = 0;

  constructor(readonly page: Page) {}

  async press(name: string): Promise<void> {
    this.pressed += 1;
    await this.page.getByTestId(name).first().click();
  }

  async fill(name: string, text: string): Promise<void> {
    await this.page.getByTestId(name).fill(text);
  }

  /** What a field holds, or a part of the screen says; empty while it is not there. */
  async reads(name: string): Promise<string> {
    const part = this.page.getByTestId(name).first();
    if ((await part.count()) === 0) return '';
    return part.evaluate((node) => (node instanceof HTMLInputElement ? node.value : (node.textContent ?? '').trim()));
  }

  async sees(name: string): Promise<void> {
    await this.page.getByTestId(name).first().waitFor();
  }

  async misses(name: string): Promise<void> {
    await this.page.getByTestId(name).first().waitFor({ state: 'detached' });
  }

  /** Waits until the window shows a screen. */
  async at(screen: string): Promise<void> {
    await this.page.locator(`main[data-at="${screen}"]`).waitFor();
  }

  /** Everything that stands on the screen. */
  async text(): Promise<string> {
    return this.page.locator('body').innerText();
  }

  /** Reads the consent to its end, page by page. */
  async readOn(): Promise<void> {
    const further = this.page.getByTestId(id.consentReadOn);
    for (let pages = 0; pages < 80 && (await further.count()) > 0; pages += 1) await further.click();
    await this.sees(id.consentAgree);
  }

  /** Lets time pass; every timer of it runs. */
  async waits(seconds: number): Promise<void> {
    await this.page.clock.runFor(seconds * 1000);
  }

  /** Comes back after a time; a timer that was due runs once. */
  async comesBackAfter(seconds: number): Promise<void> {
    await this.page.clock.fastForward(seconds * 1000);
  }
}

type Begin = (scene: Scene, more?: Record<string, string>, size?: typeof phone) => Promise<Person>;

/** A test with a window of its own, in which no error may happen and nothing may be asked for from elsewhere. */
export const journey = test.extend<{ browser: Browser; begin: Begin }>({
  browser: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const browser = await chromium.connect(inject('stand').browser);
      await use(browser);
      await browser.close();
    },
    { scope: 'file' },
  ],
  begin: async ({ browser }, use) => {
    const windows: Window[] = [];
    await use(async (scene, more = {}, size = phone) => {
      const stand = inject('stand');
      const window = await open(browser, stand, { size, lang: 'zh-CN' });
      windows.push(window);
      await window.page.clock.install({ time: noon });
      await window.page.goto(`${stand.home}?${new URLSearchParams({ scene, lang: 'zh-CN', theme: 'light', ...more })}`);
      const person = new Person(window.page);
      await person.at(more['at'] ?? 'home');
      return person;
    });
    for (const window of windows) await window.close();
    expect(windows.flatMap((window) => window.complaints)).toEqual([]);
  },
});
