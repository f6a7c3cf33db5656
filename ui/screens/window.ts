import type { Browser, Page } from 'playwright-core';
import { id } from '../src/lib/testids';
import { addressOf, type Move, type Shot } from './shots';
import { how, type Variant } from './variants';

/** Where everything is: the pages' address, the browser's, and the file that searches for barriers. */
export type Stand = { home: string; browser: string; axe: string };

/** The made-up federation's clock starts here, and so does the browser's. */
export const noon = new Date('2026-11-24T04:00:00.000Z');

export type Window = { page: Page; complaints: string[]; close(): Promise<void> };

/** A window of a size, in which nothing moves. It complains of errors, and of anything asked for from elsewhere. */
export async function open(
  browser: Browser,
  stand: Stand,
  variant: Pick<Variant, 'size' | 'lang' | 'forced' | 'touch'>,
): Promise<Window> {
  const context = await browser.newContext({
    viewport: variant.size,
    hasTouch: variant.touch ?? false,
    isMobile: variant.touch ?? false,
    locale: variant.lang,
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    forcedColors: variant.forced ? 'active' : 'none',
  });
  context.setDefaultTimeout(15_000);
  await context.addInitScript({ path: stand.axe });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (said) => {
    if (said.type() === 'error') complaints.push(said.text());
  });
  page.on('request', (asked) => {
    if (!/^(data|blob):/.test(asked.url()) && !asked.url().startsWith(stand.home))
      complaints.push(`asks for ${asked.url()}`);
  });
  return { page, complaints, close: () => context.close() };
}

/** Brings a page into a situation, its clock standing still. */
export async function show(page: Page, stand: Stand, shot: Shot, variant: Variant): Promise<void> {
  await page.clock.setFixedTime(noon);
  await page.goto(stand.home + addressOf(shot, { still: '1', ...how(variant) }));
  await page.locator(`main[data-at="${shot.at ?? 'home'}"]`).waitFor();
  for (const move of shot.moves ?? []) await act(page, move);
  await settled(page);
}

export async function act(page: Page, move: Move): Promise<void> {
  if ('press' in move) await page.getByTestId(move.press).first().click();
  else if ('type' in move) await page.getByTestId(move.type).first().fill(move.text);
  else if ('read' in move) await readOn(page);
  else {
    await page.clock.setFixedTime(noon.getTime() + move.minutes * 60_000);
    if ('until' in move) await page.getByTestId(move.until).waitFor();
    else await page.getByTestId(move.gone).waitFor({ state: 'detached' });
  }
}

/** Brings every part of the consent's text onto the screen, as a person reading on would. */
async function readOn(page: Page): Promise<void> {
  const further = page.getByTestId(id.consentReadOn);
  for (let pages = 0; pages < 80 && (await further.count()) > 0; pages += 1) await further.click();
  await page.getByTestId(id.consentAgree).waitFor();
}

/** Waits until the page has its fonts and has not changed over some frames. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise<void>((done) => {
      let quiet = 0;
      const watch = new MutationObserver(() => (quiet = 0));
      watch.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
      const frame = (): void => {
        quiet += 1;
        if (quiet < 5) return void requestAnimationFrame(frame);
        watch.disconnect();
        done();
      };
      requestAnimationFrame(frame);
    });
  });
}

type Axe = {
  run(root: Document, options: object): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }>;
};

/** What stands in the way of an eye, a keyboard or a screen reader; contrast is among it. */
export async function barriers(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe };
    const found = await axe.run(document, { resultTypes: ['violations'], preload: false });
    return found.violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.target.join(' ')).join(' | ')}`);
  });
}

/** What would have to be scrolled sideways, and how far; rows of chips and tables may be. */
export async function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const over = (box: Element): number => box.scrollWidth - box.clientWidth;
    const name = (box: Element): string => `${box.tagName.toLowerCase()}.${box.className}`;
    const scrolls = (box: Element): boolean => ['auto', 'scroll'].includes(getComputedStyle(box).overflowY);
    const widest = (box: Element): string => {
      const edges = [...box.querySelectorAll('*:not(.chips *, table *)')].map(
        (one) => [one.getBoundingClientRect().right, one] as const,
      );
      const [, most] = edges.reduce((a, b) => (b[0] > a[0] ? b : a), [0, box] as const);
      return name(most);
    };
    return [document.documentElement, ...document.querySelectorAll('body *:not(.chips, :has(> table))')]
      .filter((box) => over(box) > 1 && (box === document.documentElement || scrolls(box)))
      .map((box) => `${name(box)} is ${over(box)} px too narrow for ${widest(box)}`);
  });
}

/** What is to be pressed and offers less than so many pixels to a finger; a link within a sentence may. */
export async function tight(page: Page, least: number): Promise<string[]> {
  return page.evaluate((px) => {
    const pressed =
      'button, a[href], input, select, textarea, summary, [role="checkbox"], [role="radio"], [role="switch"]';
    const side = (node: Element): number => {
      const { width, height } = (node.closest('label') ?? node).getBoundingClientRect();
      return Math.round(Math.min(width, height));
    };
    return [...document.querySelectorAll(pressed)]
      .filter((node) => node.checkVisibility({ opacityProperty: true }) && getComputedStyle(node).display !== 'inline')
      .filter((node) => side(node) < px)
      .map((node) => `${node.tagName.toLowerCase()}.${node.className} ${node.textContent?.trim()} is ${side(node)} px`);
  }, least);
}

/** What elder mode must not have: text under 18 or over 30 px, and anything to press under 60. */
export async function small(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const name = (node: Element): string =>
      `${node.tagName.toLowerCase()}.${node.className} ${node.textContent?.trim()}`;
    const seen = [...document.querySelectorAll('body *:not(.sr, .sr *)')].filter(
      (node) => node.checkVisibility({ opacityProperty: true }) && getComputedStyle(node).fontSize !== '0px',
    );
    const told = seen.filter((node) => [...node.childNodes].some((one) => one instanceof Text && one.data.trim()));
    const size = (node: Element): number => parseFloat(getComputedStyle(node).fontSize);
    return told
      .filter((node) => size(node) < 18 || size(node) > 30)
      .map((node) => `${name(node)} is written at ${size(node)} px`);
  });
  return [...texts, ...(await tight(page, 60))];
}

/** The least a finger is offered; elder mode offers more. */
export const finger = 44;

/** What the system's own colours must not swallow: that something is chosen, and whatever is drawn. */
export async function swallowed(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const name = (node: Element): string => `${node.tagName.toLowerCase()}.${node.getAttribute('class') ?? ''}`;
    const looks = (node: Element): string =>
      [node, ...node.querySelectorAll('*')]
        .flatMap((one) => [getComputedStyle(one), getComputedStyle(one, '::after')])
        .map((style) => [style.color, style.backgroundColor, style.borderTop, style.outline, style.translate].join())
        .join(';');
    const same = ['aria-checked', 'aria-pressed', 'aria-current'].flatMap((attribute) =>
      [...document.querySelectorAll(`[${attribute}]:not([${attribute}='false'])`)].filter((node) => {
        const chosen = looks(node);
        const value = node.getAttribute(attribute) ?? '';
        node.setAttribute(attribute, 'false');
        if (attribute === 'aria-current') node.removeAttribute(attribute);
        const not = looks(node);
        node.setAttribute(attribute, value);
        return chosen === not;
      }),
    );
    const ground = getComputedStyle(document.body).backgroundColor;
    const clear = (colour: string): boolean => colour === ground || /^rgba\(.*, 0\)$|^none$/.test(colour);
    const pale = [
      ...document.querySelectorAll('.ring path, .ticks i, .u, .lead__rule, .code i, .entry, .box, .tile'),
    ].filter((node) => {
      const style = getComputedStyle(node);
      const edge = style.borderTopStyle === 'none' || style.borderTopWidth === '0px' || clear(style.borderTopColor);
      return clear(style.backgroundColor) && edge && (!(node instanceof SVGElement) || clear(style.stroke));
    });
    return [
      ...same.map((node) => `${name(node)} looks the same chosen and not`),
      ...pale.map((node) => `${name(node)} cannot be seen`),
    ];
  });
}

/** Everything one look at a page complains of. */
export async function complaintsOf(page: Page, variant: Variant): Promise<string[]> {
  return [
    ...(await barriers(page)),
    ...(await sideways(page)),
    ...(variant.elder ? await small(page) : variant.touch ? await tight(page, finger) : []),
    ...(variant.forced ? await swallowed(page) : []),
  ];
}
