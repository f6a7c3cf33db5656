import { pageNames } from '../src/gallery/names';
import type { Shot } from './shots';

const opened: Record<string, string> = { toast: 'gallery-open', dialog: 'gallery-open', curtain: 'gallery-open' };

/** Every page of the gallery of parts; what lies over a page is opened first. */
export const shots: Shot[] = pageNames.map((name) => ({
  name: `gallery-${name}`,
  scene: 'unlocked',
  at: 'gallery',
  more: { gallery: name },
  ...(opened[name] ? { moves: [{ press: opened[name] }] } : {}),
}));
