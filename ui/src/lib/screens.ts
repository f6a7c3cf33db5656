import type { Chosen } from './chosen.svelte';

/** Every place in the app. A screen is a value; there are no addresses and nothing to link to from outside. */
export type Screen =
  | { at: 'home' }
  | { at: 'enrol' }
  | { at: 'consent' }
  | { at: 'kept'; query_id: string }
  | { at: 'verify' }
  | { at: 'apply' }
  | { at: 'collect' }
  | { at: 'notify' }
  | { at: 'unlock'; then?: Screen }
  | { at: 'forgotten' }
  | { at: 'password' }
  | { at: 'biometrics' }
  | { at: 'read'; chosen?: Chosen }
  | { at: 'card'; card: string }
  | { at: 'letter'; card: string }
  | { at: 'places' }
  | { at: 'record'; query_id: string }
  | { at: 'records' }
  | { at: 'settings' }
  | { at: 'protection' }
  | { at: 'help' }
  | { at: 'about' };

export type ScreenName = Screen['at'];

/** Screens that show something of the report: left at once when the vault locks. */
export const needsUnlocked: ReadonlySet<ScreenName> = new Set(['read', 'card', 'letter', 'places', 'password']);
