/** Which ancestor scrolls: the body of a screen; where it has panes, by the window's width each of them or both as one. */
const wide = '(min-width: 720px)';

/**
 * Tells the part that scrolls around an element and how much of its content stands before the element, again whenever
 * that changes. Where it can be told with the first layout, before anything is painted, it is not measured ahead of
 * that, unless somebody returns to a place that rests on it.
 */
export function scrollerOf(
  element: HTMLElement,
  returns: boolean,
  tell: (scroller: HTMLElement, before: number) => void,
): () => void {
  const body = element.closest<HTMLElement>('.act__body');
  if (body) tell(body, above(element, body));
  const pane = element.closest<HTMLElement>('.pane');
  const panes = pane?.parentElement;
  if (!pane || !panes) return () => undefined;
  const media = typeof matchMedia === 'function' ? matchMedia(wide) : null;
  const scroller = (): HTMLElement => (media === null || media.matches ? pane : panes);
  const look = (): void => tell(scroller(), above(element, scroller()));
  const watch = typeof ResizeObserver === 'function' ? new ResizeObserver(look) : null;
  if (returns || !watch) look();
  else tell(scroller(), 0);
  media?.addEventListener('change', look);
  for (const before of [...panes.children, ...pane.children])
    if (before !== element && before !== pane) watch?.observe(before);
  return () => {
    media?.removeEventListener('change', look);
    watch?.disconnect();
  };
}

/** How much of the scroller's content stands before the element. */
const above = (element: HTMLElement, scroller: HTMLElement): number =>
  element.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;

const frames = 30;

/** The element once it is drawn: a row of a long list is measured first. */
export async function visible(find: () => HTMLElement | null): Promise<HTMLElement | null> {
  for (let i = 0; i < frames; i += 1) {
    const found = find();
    if (found && getComputedStyle(found).visibility !== 'hidden') return found;
    await new Promise((next) => requestAnimationFrame(next));
  }
  return find();
}
