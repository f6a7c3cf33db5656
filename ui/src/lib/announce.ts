/** Has said what is shown now, by moving the focus to the one thing it asks for, or to what heads it. */
export function announce(screen: HTMLElement): void {
  const head = screen.querySelector('h1');
  if (head) head.tabIndex = -1;
  (screen.querySelector<HTMLElement>('[data-first]') ?? head ?? screen).focus({ preventScroll: true });
}

/** Announces another heading within a screen, where the focus was in what went with the one before. Whoever is somewhere
 * else stays there, and so does whoever was nowhere yet. */
export function headed(screen: HTMLElement): () => void {
  let head = screen.querySelector('h1');
  let last: Node | null = null;
  const note = (event: FocusEvent): void => void (last = event.target as Node);
  const look = (): void => {
    const now = screen.querySelector('h1');
    if (now === head) return;
    head = now;
    const here = document.activeElement;
    if (here === screen || (here === document.body && last?.isConnected === false)) announce(screen);
  };
  const watch = new MutationObserver(look);
  watch.observe(screen, { childList: true, subtree: true });
  screen.addEventListener('focusin', note);
  return () => {
    watch.disconnect();
    screen.removeEventListener('focusin', note);
  };
}
