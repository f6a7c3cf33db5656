import Hourglass from '@lucide/svelte/icons/hourglass';
import type Info from '@lucide/svelte/icons/info';
import KeyRound from '@lucide/svelte/icons/key-round';
import WifiOff from '@lucide/svelte/icons/wifi-off';
import type { Words } from './words/words';

/** What is worth knowing before a viewing password is chosen, the first time or again. */
export const passwordPoints = (words: Words['enrol']['password']): [typeof Info, string][] => [
  [KeyRound, words.forget],
  [Hourglass, words.why.slow],
  [WifiOff, words.why.offline],
];
