import { Action } from './action.svelte';
import type { App } from './app.svelte';
import type { ReportView } from './backend/types';

/** A report as long as a screen shows it. Dropped with the screen and at its end: nothing of it is kept by the app. */
export class Held {
  readonly action = new Action();
  #read = $state.raw<ReportView | null>(null);

  #asked: Promise<ReportView> | undefined;

  /** `asked` is the report where it was asked for before its screen was there. */
  constructor(
    private readonly app: App,
    asked?: Promise<ReportView> | undefined,
  ) {
    this.#asked = asked;
  }

  /** Past its end, or carried out already and a record now. */
  #gone = $derived(['expired', 'no_query'].includes(this.action.refusal?.code ?? ''));

  /** Whether it ended, by the core's word or by the clock; a clock in doubt ends nothing. */
  over = $derived.by(() => {
    if (this.#gone) return true;
    const end = this.#read?.query.ends_at;
    return !!end && this.app.now >= Date.parse(end) && this.app.home?.clock !== 'doubtful';
  });

  get report(): ReportView | null {
    return this.over ? null : this.#read;
  }
  set report(read: ReportView | null) {
    this.#read = read;
  }

  async load(): Promise<void> {
    const asked = this.#asked;
    this.#asked = undefined;
    const ask = (): Promise<ReportView> => this.app.backend.read.report();
    const read = await this.action.run(
      () => asked?.catch(ask) ?? ask(),
      () => void this.load(),
    );
    this.report = read ?? this.#read;
    if (this.#gone) this.report = null;
    if (this.action.refusal?.code === 'locked') await this.app.refresh();
  }
}
