import { expect, it } from 'vitest';
import { zhCN } from './zh-CN';

const files = import.meta.glob<string>(
  ['/src/**/*.svelte', '/src/**/*.ts', '!/src/**/*.test.ts', '!/src/lib/words/**/*'],
  {
    query: '?raw',
    import: 'default',
    eager: true,
  },
);

/** Whether a file speaks of this message: it names its section, and the message, or picks it from among its neighbours. */
function says(file: string, [section = '', ...names]: string[]): boolean {
  const has = (text: string): boolean => new RegExp(text).test(file);
  const name = names.at(-1) ?? '';
  if (!has(`\\.${section}\\b`)) return false;
  if (has(`\\.${name}\\b`) || (has(`\\.${section}\\[`) && has(`\\b${name}\\b`))) return true;
  return names.slice(0, -1).some((group) => has(`\\.${group}(?:\\[|\\)|\\.map)`));
}

function paths(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([name, inner]) => paths(inner, [...path, name]));
}

it('keeps no message that no screen shows', () => {
  // a refusal is chosen by its code; that each has its words is tested with them
  const texts = Object.values(files);
  const left = paths({ ...zhCN, errors: {} }).filter((path) => !texts.some((file) => says(file, path)));
  expect(left.map((path) => path.join('.'))).toEqual([]);
});
