const typedInto = 'input:not([type="checkbox"]), textarea, [contenteditable]';

/** Brings what is typed into back into sight, and where both have room what sends it. */
function show(field: Element): void {
  field.closest('form')?.querySelector('[type="submit"]')?.scrollIntoView({ block: 'nearest' });
  field.scrollIntoView({ block: 'nearest' });
}

/** On a telephone the system's keyboard lies over the page, or makes its window lower: either way the app ends where the
 * keyboard begins. Returns how to stop. */
export function keyboard(root: HTMLElement = document.documentElement): () => void {
  const view = window.visualViewport;
  if (!view) return () => undefined;
  let width = 0;
  let most = 0;
  const look = (): void => {
    // whoever looks closer sees less, and has no keyboard before them by that
    const tall = Math.round(view.height * view.scale);
    if (width !== root.clientWidth) [width, most] = [root.clientWidth, 0];
    most = Math.max(most, tall);
    const covered = root.clientHeight - tall > 1;
    const field = document.activeElement?.matches(typedInto) ? document.activeElement : null;
    const typing = field !== null && tall < most * 0.8;
    root.toggleAttribute('data-typing', typing);
    if (covered) root.style.setProperty('--tall', `${tall}px`);
    else root.style.removeProperty('--tall');
    // the line one swipes up from is under the keyboard
    if (covered) root.style.setProperty('--safe-bottom', '0px');
    else root.style.removeProperty('--safe-bottom');
    if (covered) scrollTo(0, 0);
    if (typing) show(field);
  };
  look();
  view.addEventListener('resize', look);
  document.addEventListener('focusin', look);
  return () => {
    view.removeEventListener('resize', look);
    document.removeEventListener('focusin', look);
  };
}
