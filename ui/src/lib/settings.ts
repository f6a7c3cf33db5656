import type { Settings } from './backend/types';

/** The person's choices before any was made; the core ships the same. */
export const asShipped: Settings = {
  locale: 'system',
  theme: 'system',
  elder: false,
  text_size: 100,
  idle_lock_secs: 120,
  stay_in_tray: false,
  autostart: false,
  notify: true,
};
