import { createSubscriber } from 'svelte/reactivity';
import type { Locale } from './words/format';

/** Browsers learn of their voices when they like: whoever looked is told. */
const told = createSubscriber((update) => {
  const voices = speechSynthesis;
  voices.addEventListener?.('voiceschanged', update);
  return () => voices.removeEventListener?.('voiceschanged', update);
});

/** A voice of this machine only; one from the network would send the text away. The very language before its kin: 'zh' is
 * Cantonese too. */
function voiceFor(locale: Locale): SpeechSynthesisVoice | undefined {
  if (typeof speechSynthesis === 'undefined') return undefined;
  told();
  const voices = speechSynthesis.getVoices().filter((voice) => voice.localService);
  return (
    voices.find((voice) => voice.lang.replace('_', '-') === locale) ??
    voices.find((voice) => voice.lang.startsWith(locale.slice(0, 2)))
  );
}

export const canSpeak = (locale: Locale): boolean => voiceFor(locale) !== undefined;

/** Reads a text aloud, in place of what is being read. */
export function speak(text: string, locale: Locale): void {
  const voice = voiceFor(locale);
  if (!voice) return;
  hush();
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  utterance.rate = 0.9;
  speechSynthesis.speak(utterance);
}

export function hush(): void {
  if (typeof speechSynthesis !== 'undefined') speechSynthesis.cancel();
}
