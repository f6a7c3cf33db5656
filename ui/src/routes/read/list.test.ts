import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { entries } from '$lib/backend/fake/people';
import { id } from '$lib/testids';
import { fill, open, press } from '../../testing';

const rowHeight = 70;
const windowHeight = 700;

/** A page without layout gets one: every row and every pane has a height, and is told it. */
class Measured implements ResizeObserver {
  constructor(private readonly tell: ResizeObserverCallback) {}
  observe(target: Element): void {
    const height = target.classList.contains('pane') ? windowHeight : rowHeight;
    const contentRect = { width: 500, height, inlineSize: 500, blockSize: height } as unknown as DOMRectReadOnly;
    queueMicrotask(() => this.tell([{ target, contentRect } as ResizeObserverEntry], this));
  }
  unobserve(): void {}
  disconnect(): void {}
}

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', Measured);
  vi.spyOn(HTMLElement.prototype, 'offsetParent', 'get').mockReturnValue(document.body);
  Element.prototype.scrollTo = function (this: Element, to?: ScrollToOptions | number): void {
    if (typeof to === 'object') this.scrollTop = to.top ?? 0;
  } as typeof Element.prototype.scrollTo;
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const drawn = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-row]')];
const place = (): string | undefined => document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset.row;
const many = (): void =>
  void open('many', { at: 'read' }, (world) => {
    world.vault = 'unlocked';
  });
async function atFirst(): Promise<void> {
  await waitFor(() => expect(drawn().length).toBeGreaterThan(5));
  drawn()[0]?.querySelector('button')?.focus();
}

describe('a list of 10,000 cards', () => {
  it('draws only what is near the window, and says how long it is', async () => {
    many();
    await atFirst();
    expect(drawn().length).toBeLessThan(60);
    expect(drawn()[0]?.getAttribute('aria-setsize')).toBe('10000');
    expect(drawn()[2]?.getAttribute('aria-posinset')).toBe('3');
  });

  it('is walked with the arrow keys, and stops at its beginning', async () => {
    many();
    await atFirst();
    await userEvent.keyboard('{ArrowUp}');
    expect(place()).toBe('0');
    await userEvent.keyboard('{ArrowDown}');
    await waitFor(() => expect(place()).toBe('1'));
    await userEvent.keyboard('{ArrowDown}');
    await waitFor(() => expect(place()).toBe('2'));
  });

  it('loses no key that comes before the row of the one before is drawn', async () => {
    many();
    await atFirst();
    const down = (): KeyboardEvent =>
      new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true });
    for (let i = 0; i < 7; i += 1) document.activeElement?.dispatchEvent(down());
    await waitFor(() => expect(place()).toBe('7'));
    await userEvent.keyboard('{ArrowUp}');
    await waitFor(() => expect(place()).toBe('6'));
  });

  it('keeps the card with the focus however far it is scrolled away', async () => {
    many();
    await atFirst();
    await userEvent.keyboard('{ArrowDown}');
    await waitFor(() => expect(place()).toBe('1'));
    const pane = document.querySelectorAll('.pane')[1] as HTMLElement;
    pane.scrollTop = 200_000;
    pane.dispatchEvent(new Event('scroll'));
    await waitFor(() => expect(drawn().some((row) => Number(row.dataset.row) > 1000)).toBe(true));
    expect(place(), 'the focus is where it was').toBe('1');
  });
});

describe('what was chosen', () => {
  it('is told with the number of hits, and taken back with one press', async () => {
    open('unlocked', { at: 'read' });
    await fill(id.reportSearch, '杭州');
    await press(id.filter('credit'));
    expect(screen.getByTestId(id.reportHits).textContent).toBe('找到 4 张，共 16 张');
    expect(screen.getByTestId(id.reportHits).getAttribute('role')).toBe('status');
    await press(id.reportClear);
    expect(screen.getByTestId(id.reportHits).textContent).toBe('');
    expect(drawn()).toHaveLength(16);
  });

  it('is still so after a card was opened, and the card has the focus', async () => {
    open('unlocked', { at: 'read' });
    await fill(id.reportSearch, '杭州');
    await press(id.card('8812'));
    await press(id.back);
    const field = await screen.findByTestId<HTMLInputElement>(id.reportSearch);
    expect(field.value).toBe('杭州');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId(id.card('8812'))));
  });

  it('is gone with the lock', async () => {
    open('unlocked', { at: 'read' });
    await fill(id.reportSearch, '杭州');
    await press(id.lock);
    await waitFor(() => expect(screen.getByTestId(id.screen).dataset.at).toBe('home'));
    await press(id.homeNext);
    await fill(id.passwordField, entries.digits);
    expect((await screen.findByTestId<HTMLInputElement>(id.reportSearch)).value).toBe('');
  });

  it('that leaves no card says what to do, and names a bank that gave nothing', async () => {
    open('unlocked', { at: 'read' });
    await fill(id.reportSearch, '渤海');
    expect(screen.getByTestId(id.reportHits).textContent).toBe('没有符合的卡');
    expect(document.getElementById('told-CBHB')?.textContent).toContain('没有答复');
    await userEvent.keyboard('{Escape}');
    expect(drawn(), 'Esc takes the search back, not the screen').toHaveLength(16);
  });
});

describe('a report that ends while it is open', () => {
  it.each([
    ['the list', { at: 'read' }],
    ['a card', { at: 'card', card: 'PAB-1183' }],
    ['the letter', { at: 'letter', card: 'PAB-1183' }],
  ] as const)('is gone from the screen as soon as it is destroyed: %s', async (_, at) => {
    const backend = open('unlocked', at);
    await waitFor(() => expect(screen.getByTestId(id.screen).textContent).toContain('1183'));
    backend.world.end('expired');
    backend.tell('query');
    await screen.findByTestId(id.reportOver);
    expect(screen.getByTestId(id.screen).textContent).not.toContain('1183');
  });

  it.each([
    ['the list', { at: 'read' }],
    ['a card', { at: 'card', card: 'PAB-1183' }],
    ['the letter', { at: 'letter', card: 'PAB-1183' }],
    ['one place', { at: 'places' }],
  ] as const)('shows nothing of it any more: %s', async (_, at) => {
    const backend = open('unlocked', at, (world) => (world.compare = true));
    await waitFor(() => expect(screen.getByTestId(id.screen).textContent).toContain('1183'));
    backend.world.move(9 * 86_400_000);
    backend.tell('settings'); // the clock is all that is read again
    await screen.findByTestId(id.reportOver);
    expect(screen.getByTestId(id.screen).textContent).not.toContain('1183');
  });
});
