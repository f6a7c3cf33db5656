import type { ErrorCode, Params } from '../backend/types';
import { Format, type Locale } from './format';
import type { zhCN } from './zh-CN';

/** The Chinese file is the measure: a language that lacks or adds an id does not compile. */
export type Words = typeof zhCN;

/** A sentence, or one that needs what the refusal carries. */
export type Sentence = string | ((params: Params, format: Format) => string);
/** For every code: what happened, and what to do now. */
export type ErrorWords = Record<ErrorCode, { what: Sentence; todo: Sentence }>;

export function say(sentence: Sentence, params: Params, format: Format): string {
  return typeof sentence === 'string' ? sentence : sentence(params, format);
}

/** The language to speak, from the person's choice and else the system's. */
export function chooseLocale(wish: 'system' | Locale, system: readonly string[]): Locale {
  if (wish !== 'system') return wish;
  return (system[0] ?? 'zh-CN').toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
