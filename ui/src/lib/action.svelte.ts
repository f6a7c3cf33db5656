import { untrack } from 'svelte';
import type { Refusal } from './backend/types';
import { refusalOf } from './errors/errors';

/** One thing being done at a time, and why the last one was refused. What was typed is the caller's and stays. */
export class Action {
  busy = $state(false);
  refusal = $state.raw<Refusal | null>(null);

  async run<T>(work: () => Promise<T>): Promise<T | null> {
    // Not a reason for whoever started it in an effect to start it again.
    if (untrack(() => this.busy)) return null;
    this.busy = true;
    this.refusal = null;
    try {
      return await work();
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
      return null;
    } finally {
      this.busy = false;
    }
  }
}
