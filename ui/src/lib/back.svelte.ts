import { untrack } from 'svelte';

/** The ways back that what is shown offers, the latest last: a question over the screen it is asked on. */
export class WayBack {
  #ways = $state.raw<(() => void)[]>([]);
  /** where there is none, the system takes the app away as it takes any other */
  offered = $derived(this.#ways.length > 0);

  /** One more, until it is taken back. */
  offer(way: () => void): () => void {
    const own = (): void => way();
    untrack(() => (this.#ways = [...this.#ways, own]));
    return () => (this.#ways = this.#ways.filter((one) => one !== own));
  }

  /** Goes one of them, as the finger on its arrow or its safe answer would. */
  press(): void {
    this.#ways.at(-1)?.();
  }
}
