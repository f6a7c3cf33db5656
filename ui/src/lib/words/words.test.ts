import { describe, expect, it } from 'vitest';
import { table } from '../errors/errors';
import { Format } from './format';
import { say } from './words';
import { en } from './en';
import { zhCN } from './zh-CN';

/** Every leaf of a message file, as a path and its value. */
function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, path === '' ? name : `${path}.${name}`));
}

describe('words', () => {
  it('leave no id out in either language', () => {
    const names = (words: unknown): string[] => leaves(words).map(([path]) => path);
    expect(names(en).sort(), 'a screen would show a hole').toEqual(names(zhCN).sort());
  });

  it('hold no empty sentence', () => {
    for (const words of [zhCN, en])
      expect(
        leaves(words).filter(([, text]) => text === ''),
        'silence explains nothing',
      ).toEqual([]);
  });

  it('never use the jargon of the house outside the page that explains it', () => {
    const told = leaves({ ...zhCN, settings: null }).filter(([, text]) => typeof text === 'string');
    for (const [path, text] of told)
      expect(String(text).replace('“密码和密钥”', ''), `${path} must be readable by everyone`).not.toMatch(
        /网关|密钥|加密|HPKE/,
      );
  });

  it('tell for every refusal what happened and what to do', () => {
    for (const [words, format] of [
      [zhCN, new Format('zh-CN')],
      [en, new Format('en')],
    ] as const)
      for (const code of Object.keys(table) as (keyof typeof table)[]) {
        const { what, todo } = words.errors[code];
        for (const sentence of [what, todo]) {
          const bare = say(sentence, {}, format);
          expect(bare, `${code} must read well without its parameters`).not.toMatch(/undefined|NaN|Invalid/);
          expect(bare.length, `${code} says something`).toBeGreaterThan(3);
        }
      }
  });

  it('keep the two sentences of a refusal apart', () => {
    for (const words of [zhCN, en])
      for (const [code, { what, todo }] of Object.entries(words.errors)) expect(what, code).not.toBe(todo);
  });
});
