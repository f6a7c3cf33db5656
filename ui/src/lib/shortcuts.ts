import type { App } from './app.svelte';
import { id } from './testids';

/** What a key does wherever the person is. */
export type Deed = 'lock' | 'settings' | 'search' | 'print' | 'help' | 'back';

const withControl: Readonly<Record<string, Deed>> = { l: 'lock', ',': 'settings', f: 'search', p: 'print' };
const alone: Readonly<Record<string, Deed>> = { F1: 'help', Escape: 'back' };

/** Told on the help screen, in this order. */
export const deeds: readonly Deed[] = ['lock', 'search', 'print', 'settings', 'help', 'back'];

/** Whether the command key takes the place of Ctrl. */
const onMac = (): boolean => navigator.platform.startsWith('Mac');

/** What a key press asks for; null where it is the page's or the system's own. */
export function deedOf(event: KeyboardEvent, mac = onMac()): Deed | null {
  if (event.altKey || event.shiftKey) return null;
  const [control, other] = mac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  if (other) return null;
  return (control ? withControl[event.key.toLowerCase()] : alone[event.key]) ?? null;
}

/** The keys of a deed, as they are printed on a keyboard. */
export function keysOf(deed: Deed, mac = onMac()): string[] {
  const [key] = Object.entries(withControl).find(([, done]) => done === deed) ?? [];
  if (key) return [mac ? '⌘' : 'Ctrl', key.toUpperCase()];
  return [deed === 'help' ? 'F1' : 'Esc'];
}

/** Whether a key belongs to what is being composed, as pinyin is; WebKit tells the key that ended it by its code alone. */
export const composing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

/** Does what a key asks for. Only locking goes past an open question. */
export function shortcuts(app: App): (event: KeyboardEvent) => void {
  const at = (testid: string): HTMLElement | null => document.querySelector(`[data-testid="${testid}"]`);
  const does: Record<Deed, () => void> = {
    lock: () => {
      if (app.unlocked || app.showsReport) void app.lock();
    },
    settings: () => app.go({ at: 'settings' }),
    search: () => {
      const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
      field?.focus();
      field?.select();
    },
    // Only what was made to be printed is: anywhere else the key does nothing.
    print: () => at(id.letterPrint)?.click(),
    help: () => app.go({ at: 'help' }),
    back: () => app.wayBack.press(),
  };
  return (event) => {
    const deed = event.defaultPrevented || composing(event) ? null : deedOf(event);
    if (!deed) return;
    if (deed !== 'back') event.preventDefault();
    if (deed !== 'lock' && document.querySelector('[aria-modal="true"]')) return;
    does[deed]();
  };
}
