import type { Change, QueryView } from '../types';
import { refuse, type World } from './world';

/** What every act of the made-up federation works with: the world, who listens, and refusals asked for by name. */
export class Stage {
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(readonly world: World) {}

  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(what: Change['what']): void {
    this.#listeners.forEach((listener) => listener({ what }));
  }

  /** One command: refused or never answered when a scene says so, otherwise done. */
  async command<T>(name: string, work: () => T): Promise<T> {
    await Promise.resolve();
    const refusal = this.world.refusals.get(name);
    if (refusal) throw refusal;
    if (this.world.stuck.has(name)) await new Promise(() => undefined);
    return work();
  }

  query(): QueryView {
    if (!this.world.query) throw refuse('no_query');
    return { ...this.world.query };
  }
}
