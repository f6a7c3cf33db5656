/** One passing word at a time. What went wrong is never told here: it stays on its screen until it is dealt with. */
export class Toast {
  static readonly lasts = 6000;
  text = $state('');
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string): void {
    this.text = text;
    this.resume();
  }

  /** Somebody is reading or about to press: it waits. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  resume(): void {
    this.hold();
    this.#timer = setTimeout(() => this.clear(), Toast.lasts);
  }

  clear(): void {
    this.hold();
    this.text = '';
  }
}
