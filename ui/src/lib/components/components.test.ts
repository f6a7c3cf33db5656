import { expect, it } from 'vitest';

// Every part has a test and its place in the gallery, or a reason why not.
const parts = Object.keys(import.meta.glob('./*.svelte')).map((path) => path.slice(2, -'.svelte'.length));
const tests = Object.values(
  import.meta.glob<string>('./*.test.ts', { query: '?raw', import: 'default', eager: true }),
).join('\n');
const pages = Object.values(
  import.meta.glob<string>('/src/gallery/**/*.svelte', { query: '?raw', import: 'default', eager: true }),
).join('\n');

const untested: Record<string, string> = {
  Say: 'words.test.ts holds its marks to account, and every sentence with a clause goes through it',
};
const unshown: Record<string, string> = {
  Say: 'it draws nothing of its own',
  Aloud: 'it draws nothing where the machine has no voice, as the one that takes the pictures',
  ChosenPassword: 'the page of the password shows it',
  IdleWarning: 'a dialog by the clock: the page of the dialog shows its words',
};

const imported = (text: string, part: string): boolean => text.includes(`/${part}.svelte'`);

it('leaves no part without a test', () => {
  expect(parts.filter((part) => !imported(tests, part))).toEqual(Object.keys(untested));
});

it('leaves no part out of the gallery', () => {
  expect(parts.filter((part) => !imported(pages, part)).toSorted()).toEqual(Object.keys(unshown).toSorted());
});
