const scrolling = '.act__body, .walk__body, .pane';
const stops = 'a[href], button:not([disabled]), input:not([disabled]), select, summary, [tabindex="0"]';

/** Lets the keyboard reach a scrolling part of a screen that holds nothing else it could go to. */
export function reachable(screen: HTMLElement): () => void {
  const look = (): void =>
    screen.querySelectorAll<HTMLElement>(scrolling).forEach((part) => {
      if (part.hasAttribute('role')) return;
      const stop = [...part.querySelectorAll(stops)].some((one) => one.checkVisibility?.() ?? true);
      const needs = !stop && part.scrollHeight > part.clientHeight;
      if (needs) part.tabIndex = 0;
      else part.removeAttribute('tabindex');
    });
  const watch = new MutationObserver(look);
  watch.observe(screen, { childList: true, subtree: true, characterData: true });
  addEventListener('resize', look);
  look();
  return () => {
    watch.disconnect();
    removeEventListener('resize', look);
  };
}
