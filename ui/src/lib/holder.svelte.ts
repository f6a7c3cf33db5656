import { Action } from './action.svelte';
import type { App } from './app.svelte';
import type { ReportView } from './backend/types';

/** A report as long as a screen shows it. Dropped with the screen: nothing of it is kept by the app. */
export class Held {
  readonly action = new Action();
  report = $state.raw<ReportView | null>(null);

  constructor(private readonly app: App) {}

  async load(): Promise<void> {
    this.report = (await this.action.run(() => this.app.backend.read.report())) ?? this.report;
    if (this.action.refusal?.code === 'locked') await this.app.refresh();
  }
}
