import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { id } from '../src/lib/testids';
import { shots, type Shot } from './shots';
import type { Variant } from './variants';
import { open, settled, show, type Window } from './window';

// What a telephone lays over the page: its own edges, a keyboard, and its picture of the apps that run.
const upright: Variant = {
  name: 'upright',
  size: { width: 390, height: 844 },
  touch: true,
  lang: 'zh-CN',
  theme: 'light',
};
const lying = { width: 844, height: 390 };
let browser: Browser;
let window: Window;
let page: Page;
beforeAll(async () => {
  browser = await chromium.connect(inject('stand').browser);
  window = await open(browser, inject('stand'), upright);
  page = window.page;
});
afterAll(() => browser.close());
beforeEach(() => page.setViewportSize(upright.size));

function shotOf(name: string): Shot {
  const shot = shots.find((one) => one.name === name);
  if (!shot) throw new Error(`${name} is gone`);
  return shot;
}
const go = (name: string): Promise<void> => show(page, inject('stand'), shotOf(name), upright);

describe('the edges of the screen', () => {
  type Edges = { top: number; right: number; bottom: number; left: number };
  const notch = {
    upright: { top: 59, right: 0, bottom: 34, left: 0 },
    lying: { top: 0, right: 59, bottom: 21, left: 59 },
  };

  /** Has the page told of edges that no browser here has. */
  async function edged(edges: Edges): Promise<void> {
    await page.evaluate((told) => {
      const edges = new CSSStyleSheet();
      edges.replaceSync(
        `:root { ${Object.entries(told)
          .map(([edge, px]) => `--safe-${edge}: ${px}px`)
          .join(';')} }`,
      );
      document.adoptedStyleSheets = [edges];
    }, edges);
    await settled(page);
  }

  /** What is to be pressed, or must be read, and lies under an edge even when it is brought into sight. */
  const under = (edges: Edges): Promise<string[]> =>
    page.evaluate(({ top, right, bottom, left }) => {
      const pressed = 'button, a[href], input, select, textarea, summary, [tabindex="0"], .banner--demo span';
      const modal = document.querySelector('[aria-modal="true"]') ?? document;
      return [...modal.querySelectorAll(pressed)]
        .filter((node) => node.checkVisibility({ opacityProperty: true }))
        .filter((node) => {
          node.scrollIntoView({ block: 'nearest', inline: 'nearest' });
          const box = node.getBoundingClientRect();
          return (
            box.top < top - 1 ||
            box.left < left - 1 ||
            box.right > innerWidth - right + 1 ||
            // what is taller than the window only has to begin in sight
            (box.bottom > innerHeight - bottom + 1 && box.height < innerHeight / 2)
          );
        })
        .map((node) => `${node.tagName.toLowerCase()}.${node.className} ${node.textContent?.trim().slice(0, 30)}`);
    }, edges);

  it.each([
    ['home-welcome', 'home-ready', 'home-collecting', 'home-delete', 'start-what', 'enrol-form', 'enrol-code'],
    ['enrol-password', 'consent-banks', 'consent-notice', 'verify-ways', 'verify-code', 'apply', 'collect', 'unlock'],
    ['report', 'report-delete', 'card', 'places', 'letter', 'record', 'notify', 'settings', 'help'],
  ])('cover nothing that is pressed: %s, …', async (...names) => {
    const found: string[] = [];
    for (const name of names) {
      await go(name);
      for (const [how, size] of [['upright', upright.size] as const, ['lying', lying] as const]) {
        await page.setViewportSize(size);
        await edged(notch[how]);
        found.push(...(await under(notch[how])).map((line) => `${name}, ${how}: ${line}`));
      }
      await page.setViewportSize(upright.size);
    }
    expect(found).toEqual([]);
  });

  it('would be found out', async () => {
    await go('unlock');
    const found = (await under(notch.upright)).join();
    expect(found, 'the keys reach down to the line one swipes up from').toContain('button. 0');
    expect(found, 'the label of the demonstration stands behind the camera').toContain('演示');
  });
});

describe('a keyboard', () => {
  /** The window gets lower, as some systems have it. */
  const lower = (tall: number): Promise<void> =>
    page.setViewportSize({ width: page.viewportSize()?.width ?? 0, height: tall });
  /** The keyboard lies over a page that stays as it is, as the others have it. */
  const over = (tall: number): Promise<void> =>
    page.evaluate((height) => {
      const view = globalThis.visualViewport;
      if (!view) throw new Error('no view');
      Object.defineProperty(view, 'height', { value: height, configurable: true });
      view.dispatchEvent(new Event('resize'));
    }, tall);
  const phrase: Shot = { name: 'unlock-phrase', scene: 'many', at: 'unlock' };
  const typed: { name: string; shot: Shot; field: string; sends?: string }[] = [
    { name: 'enrol-form', shot: shotOf('enrol-form'), field: id.enrolName, sends: id.enrolSubmit },
    { name: 'enrol-form', shot: shotOf('enrol-form'), field: id.enrolCard, sends: id.enrolSubmit },
    { name: 'enrol-phrase', shot: shotOf('enrol-phrase'), field: id.phraseField, sends: id.phraseSubmit },
    { name: 'enrol-password', shot: shotOf('enrol-password'), field: id.passwordAgain, sends: id.passwordSubmit },
    { name: 'consent-set', shot: shotOf('consent-set'), field: id.setName, sends: id.setSave },
    { name: 'password', shot: shotOf('password'), field: id.passwordAgain, sends: id.passwordSubmit },
    { name: 'unlock-phrase', shot: phrase, field: id.passwordField, sends: id.unlockSubmit },
    { name: 'card-keep', shot: shotOf('card-keep'), field: id.noteField, sends: id.noteKeep },
    { name: 'report-narrowed', shot: shotOf('report-narrowed'), field: id.reportSearch },
    { name: 'consent-banks', shot: shotOf('consent-banks'), field: id.bankSearch, sends: id.consentNext },
  ];
  const ways = [['lowers the window', lower] as const, ['lies over the page', over] as const];

  async function inSight(tall: number, ...names: (string | undefined)[]): Promise<void> {
    for (const name of names) {
      if (!name) continue;
      await expect
        .poll(
          async () => {
            const box = await page.getByTestId(name).first().boundingBox();
            return box && box.y >= 0 && box.y + box.height <= tall ? 'in sight' : JSON.stringify(box);
          },
          { message: name },
        )
        .toBe('in sight');
    }
  }

  describe.each(ways)('that %s', (_, comes) => {
    it.each(typed)(
      'leaves in sight what is typed into and what sends it: $name, $field',
      async ({ shot, field, sends }) => {
        await show(page, inject('stand'), shot, upright);
        await page.getByTestId(field).focus();
        const tall = Math.round(upright.size.height * 0.55);
        await comes(tall);
        await inSight(tall, field, sends);
      },
    );

    it('does so on a telephone on its side', async () => {
      await page.setViewportSize(lying);
      for (const [name, field, sends] of [
        ['enrol-form', id.enrolCard, id.enrolSubmit],
        ['enrol-password', id.passwordAgain, id.passwordSubmit],
      ] as const) {
        await go(name);
        await page.getByTestId(field).focus();
        const tall = Math.round(lying.height * 0.55);
        await comes(tall);
        await inSight(tall, field, sends);
        await page.setViewportSize(lying);
      }
    });
  });

  it('leaves the page as it was when it goes', async () => {
    await go('enrol-form');
    await page.getByTestId(id.enrolName).focus();
    await over(400);
    const room = (): Promise<[number, boolean]> =>
      page.evaluate(() => [
        Math.round(document.querySelector('.shell')?.getBoundingClientRect().height ?? 0),
        document.documentElement.hasAttribute('data-typing'),
      ]);
    expect(await room()).toEqual([400, true]);
    await over(upright.size.height);
    expect(await room()).toEqual([upright.size.height, false]);
  });

  it.each(['unlock', 'verify-code'])('of another maker never comes for a code or six digits: %s', async (name) => {
    for (const size of [upright.size, lying]) {
      await page.setViewportSize(size);
      await go(name);
      const field = page.getByTestId(name === 'unlock' ? id.passwordField : id.codeField);
      expect(await field.getAttribute('inputmode')).toBe('none');
      await page.getByRole('button', { name: '0', exact: true }).click();
      expect(await field.inputValue(), 'our own keys stand beside it').toMatch(/0$/);
    }
  });
});

it.each(['report', 'enrol-form'])(
  'the curtain hides %s before the event that takes the app away is over',
  async (name) => {
    await go(name);
    const seen = await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
      const at = (x: number, y: number): Element | null | undefined =>
        document.elementFromPoint(x, y)?.closest('.curtain');
      const curtain = at(innerWidth / 2, innerHeight / 2);
      const look = curtain && getComputedStyle(curtain);
      return {
        corners: [at(1, 1), at(innerWidth - 1, 1), at(1, innerHeight - 1)].every((one) => one && one === curtain),
        moves: look && [look.animationName, look.transitionDuration, look.opacity].join(),
      };
    });
    expect(seen).toEqual({ corners: true, moves: 'none,0s,1' });
  },
);
