/** What the app runs on: a desktop has a tray, printers and keys; a telephone has none of them, and one of the two a button that leads back. */
export type System = 'desktop' | 'android' | 'ios';

/** The system a web view stands on, by the name it gives itself. A tablet of Apple's calls itself a Mac, and has fingers. */
export function systemOf({ userAgent, maxTouchPoints }: Pick<Navigator, 'userAgent' | 'maxTouchPoints'>): System {
  if (/\bAndroid\b/.test(userAgent)) return 'android';
  const apple = /\b(iPhone|iPad)\b/.test(userAgent) || (/\bMacintosh\b/.test(userAgent) && maxTouchPoints > 1);
  return apple ? 'ios' : 'desktop';
}
