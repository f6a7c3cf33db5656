import type { ReportView } from './backend/types';
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
  // what was asked for while the password was tried is taken over by the screen, and kept by nobody else
  | { at: 'read'; chosen?: Chosen; asked?: Promise<ReportView> | undefined }
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
