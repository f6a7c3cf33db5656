import { fingers } from './shape';

/** The one thing a screen asks for takes the keys at once; on touch the keyboard would cover what stands above it. */
export function first(field: HTMLElement): void {
  if (fingers()) return;
  field.dataset.first = '';
  field.focus({ preventScroll: true });
}
