import type { Locale } from './words/format';

export const canSpeak = (): boolean =>
  typeof speechSynthesis !== 'undefined' && speechSynthesis.getVoices().some((voice) => voice.localService);

/** Reads a text aloud with a voice of this machine only; a voice from the network would send the text away. */
export function speak(text: string, locale: Locale): void {
  const voice = speechSynthesis.getVoices().find((v) => v.localService && v.lang.startsWith(locale.slice(0, 2)));
  if (!voice) return;
  speechSynthesis.cancel();
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voice;
  utterance.lang = locale;
  utterance.rate = 0.9;
  speechSynthesis.speak(utterance);
}
