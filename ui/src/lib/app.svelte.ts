import { getContext, setContext } from 'svelte';
import { Action } from './action.svelte';
import { WayBack } from './back.svelte';
import type { Backend } from './backend/backend';
import { asShipped, type BankRow, type Check, type HomeView, type Refusal, type Settings } from './backend/types';
import { draft } from './draft.svelte';
import { refusalOf } from './errors/errors';
import { needsUnlocked, type Screen } from './screens';
import { hush } from './speech';
import { en } from './words/en';
import { Format, type Locale } from './words/format';
import { Toast } from './toast.svelte';
import { chooseLocale, type Words } from './words/words';
import { zhCN } from './words/zh-CN';

/** What every screen shares: where we are, what the core last said, and how to speak. Holds nothing of a report. */
export class App {
  readonly backend: Backend;
  readonly toast = new Toast();
  readonly wayBack = new WayBack();
  home = $state.raw<HomeView | null>(null);
  settings = $state.raw<Settings>(asShipped);
  trouble = $state.raw<Refusal | null>(null);
  banks = $state.raw<BankRow[]>([]);
  stack = $state.raw<Screen[]>([{ at: 'home' }]);
  /** goes up with every "changed" event; screens read again when it does */
  changes = $state(0);
  /** the core's clock, carried on by ours between two answers */
  now = $state(Date.now());
  online = $state(typeof navigator === 'undefined' ? true : navigator.onLine);
  darkOutside = $state(false);
  /** family is helping: every number is drawn as dots */
  helping = $state(false);
  readonly #naming = new Action();
  #ahead = 0;
  /** how far the clock that can be set is from the one that only runs */
  #apart = Date.now() - performance.now();
  #waits = 0;

  constructor(backend: Backend) {
    this.backend = backend;
  }

  /** Whether it runs on a telephone or a tablet, whatever the size of the window. */
  get handheld(): boolean {
    return this.backend.system !== 'desktop';
  }

  screen = $derived<Screen>(this.stack.at(-1) ?? { at: 'home' });
  locale = $derived<Locale>(chooseLocale(this.settings.locale, navigator.languages));
  words = $derived<Words>(this.locale === 'en' ? en : zhCN);
  format = $derived(new Format(this.locale));
  theme = $derived(this.settings.theme === 'system' ? (this.darkOutside ? 'dark' : 'light') : this.settings.theme);
  unlocked = $derived(this.home?.vault === 'unlocked');
  /** Whether a screen of the report is up, which may be a moment before home says that the vault is open. */
  showsReport = $derived(needsUnlocked.has(this.screen.at));
  /** From when the next query is possible, and what it waits for; null when it is possible now. */
  waits = $derived.by((): { at: string; why: 'hold' | 'allowance' } | null => {
    const { hold_until: hold = null, next_query_at: next = null } = this.home ?? {};
    if (hold && Date.parse(hold) > this.now) return { at: hold, why: 'hold' };
    return next && Date.parse(next) > this.now ? { at: next, why: 'allowance' } : null;
  });
  #named = $derived<Partial<Record<string, BankRow>>>(Object.fromEntries(this.banks.map((bank) => [bank.code, bank])));
  mayAsk = $derived(this.home?.query === null && this.home.takeover === null && this.waits === null);

  go(screen: Screen): void {
    const same = this.stack.findIndex((s) => s.at === screen.at);
    this.stack = same >= 0 && screen.at !== 'card' ? [...this.stack.slice(0, same), screen] : [...this.stack, screen];
  }

  /** Goes to a screen with home behind it. */
  open(screen: Screen): void {
    this.stack = screen.at === 'home' ? [screen] : [{ at: 'home' }, screen];
  }

  /** Takes the place of the present screen, so that back does not return to it; and of itself, where it asked for that. */
  swap(screen: Screen): void {
    const asked = this.stack.at(-2)?.at === screen.at;
    this.stack = [...this.stack.slice(0, asked ? -2 : -1), screen];
  }

  back(): void {
    if (this.stack.length > 1) this.stack = this.stack.slice(0, -1);
  }

  tick(): void {
    const apart = Date.now() - performance.now();
    // the clock was set, or the machine slept: what the core makes of it is asked
    if (Math.abs(apart - this.#apart) > 2000) {
      this.#apart = apart;
      this.lookAgain();
      return;
    }
    this.now = Date.now() + this.#ahead;
  }

  async refresh(): Promise<void> {
    try {
      const home = await this.backend.settings.home();
      this.#ahead = Date.parse(home.now) - Date.now();
      this.tick();
      this.home = home;
      this.trouble = home.trouble;
      if (home.vault !== 'unlocked' || !home.query) draft.note = null;
      if (home.vault !== 'unlocked' && this.showsReport) this.open({ at: 'home' });
    } catch (thrown) {
      this.trouble = refusalOf(thrown);
    }
  }

  /** Something changed; home is read again, or once it is done what it shall not stand in the way of. */
  lookAgain(): void {
    if (this.#waits === 0) void this.refresh();
  }

  /** Does something that comes before what home says, and then reads home again. */
  async before(work: () => Promise<void>): Promise<void> {
    this.#waits += 1;
    try {
      await work();
    } finally {
      this.#waits -= 1;
      await this.refresh();
    }
  }

  async loadSettings(): Promise<void> {
    try {
      this.settings = await this.backend.settings.get();
    } catch (thrown) {
      this.trouble = refusalOf(thrown);
    }
  }

  async saveSettings(change: Partial<Settings>): Promise<void> {
    this.settings = await this.backend.settings.set({ ...this.settings, ...change });
  }

  /** The banks' names and numbers are asked for until they are there. */
  async loadBanks(): Promise<void> {
    if (this.banks.length > 0) return;
    // where it is refused names fall back to codes; the consent screen tells the refusal itself
    const view = await this.#naming.run(() => this.backend.consent.banks());
    if (view) this.banks = view.banks;
  }

  async lock(): Promise<void> {
    hush();
    await this.backend.unlock.lock();
    this.helping = false;
    this.toast.clear();
    await this.refresh();
  }

  bank(code: string): string {
    const row = this.#named[code];
    if (!row) return code;
    return this.locale === 'en' ? row.name_en : row.short_zh;
  }

  /** Every name a bank goes by, for looking it up. */
  bankNames(code: string): string[] {
    const row = this.#named[code];
    return row ? [row.name_zh, row.short_zh, row.name_en] : [];
  }

  /** The bank's official number; one that is not confirmed is never shown. */
  hotline(code: string): string | null {
    const row = this.#named[code];
    return row?.hotline_confirmed ? row.hotline : null;
  }

  check(check: Check): string {
    return this.format.check(check);
  }
}

const key = Symbol('app');
export const provideApp = (app: App): App => setContext(key, app);
export const useApp = (): App => getContext<App>(key);
