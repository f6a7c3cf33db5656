import { untrack } from 'svelte';
import type { Refusal } from './backend/types';
import { refusalOf } from './errors/errors';

/** One thing being done at a time, and why the last one was refused. What was typed is the caller's and stays. */
export class Action {
  busy = $state(false);
  refusal = $state.raw<Refusal | null>(null);
  #again: (() => void) | null = null;
  #asking = false;
  /** the refusal that `quietly` brought */
  #own: Refusal | null = null;

  /** `again` is called once this can be done, where something else is being done now: a change is told only once. */
  async run<T>(work: () => Promise<T>, again?: () => void): Promise<T | null> {
    // Not a reason for whoever started it in an effect to start it again.
    if (untrack(() => this.busy)) {
      this.#again = again ?? this.#again;
      return null;
    }
    this.busy = true;
    try {
      const answer = await work();
      // it stood until there was an answer: what is refused once more does not blink
      this.refusal = null;
      return answer;
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
      return null;
    } finally {
      this.busy = false;
      const next = this.#again;
      this.#again = null;
      next?.();
    }
  }

  /** Asks without the person. Nothing they press waits for it, and no refusal but its own goes with its answer. */
  async quietly<T>(work: () => Promise<T>): Promise<T | null> {
    if (this.#asking) return null;
    this.#asking = true;
    let answer: T | null = null;
    let told: Refusal | null = null;
    try {
      answer = await work();
    } catch (thrown) {
      told = refusalOf(thrown);
    } finally {
      this.#asking = false;
    }
    if (this.refusal === null || this.refusal === this.#own) this.refusal = this.#own = told;
    return answer;
  }
}
