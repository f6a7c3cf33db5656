import type { Words } from '../words';

export const desktop: Words['desktop'] = {
  head: 'Desktop',
  headHandheld: 'Notifications',
  stay: 'Stay in the tray when the window closes',
  staySay:
    'Closing still locks at once, and reports still end on time. While banks are answering it stays even without this. Does nothing on a desktop without a tray.',
  autostart: 'Start with the computer',
  autostartSay: 'Starts in the tray after you log in, without a window.',
  notify: 'Tell me when there is a result',
  notifySay:
    'The system shows one fixed sentence, with no bank and no card in it. You are always told if your account is used on another device.',
  keys: {
    head: 'Keyboard shortcuts',
    lock: 'Lock now',
    search: 'Search the list',
    print: 'Print this letter',
    settings: 'Open settings',
    help: 'Fraud help, this page',
    back: 'Go back',
  },
};
