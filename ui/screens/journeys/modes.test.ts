import { describe, expect } from 'vitest';
import { en } from '../../src/lib/words/en';
import { zhCN } from '../../src/lib/words/zh-CN';
import { id } from '../../src/lib/testids';
import { desk, journey, type Person } from './journey';

const root = (person: Person, name: string): Promise<string | null> => person.page.locator('html').getAttribute(name);
const ground = (person: Person): Promise<string> =>
  person.page.evaluate(() => getComputedStyle(document.body).backgroundColor);

describe('what a person sets', () => {
  journey('changes the language of everything, at once', async ({ begin }) => {
    const person = await begin('records', {}, desk);
    await person.press(id.navSettings);
    await person.press(id.settingsLocale('en'));
    await expect.poll(() => root(person, 'lang')).toBe('en');
    const rest = (await person.text()).replaceAll(zhCN.settings.chinese, '');
    expect(rest, 'nothing stays in the other language').not.toMatch(/\p{Script=Han}/u);
    await person.press(id.navHome);
    await expect.poll(() => person.reads(id.homeSay)).toBe(en.home.none);
  });

  journey('changes light to dark, and back', async ({ begin }) => {
    const person = await begin('records', {}, desk);
    const light = await ground(person);
    await person.press(id.navSettings);
    await person.press(id.settingsTheme('dark'));
    await expect.poll(() => root(person, 'data-theme')).toBe('dark');
    expect(await ground(person)).not.toBe(light);
    await person.press(id.settingsTheme('light'));
    await expect.poll(() => ground(person)).toBe(light);
  });

  journey('follows the system where nothing is set', async ({ begin }) => {
    const person = await begin('records', { theme: 'system', lang: 'system' });
    expect([await root(person, 'data-theme'), await root(person, 'lang')]).toEqual(['light', 'zh-CN']);
    await person.page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => root(person, 'data-theme')).toBe('dark');
  });
});

describe('elder mode', () => {
  journey('is set in one press, and enlarges everything', async ({ begin }) => {
    const person = await begin('ready', {}, desk);
    await person.press(id.navSettings);
    await person.press(id.settingsElder);
    await expect.poll(() => root(person, 'data-elder')).toBe('1');
    const smallest = await person.page.evaluate(() => {
      const texts = [...document.querySelectorAll('main *')].filter((node) =>
        [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent?.trim()),
      );
      return Math.min(...texts.map((node) => parseFloat(getComputedStyle(node).fontSize)));
    });
    expect(smallest, 'no text under 18 px').toBeGreaterThanOrEqual(18);
  });

  journey('shows one place after another, and asks one question each', async ({ begin }) => {
    const person = await begin('unlocked', { at: 'places', compare: '1', elder: '1' });
    await expect.poll(() => person.text()).toContain('1183');
    await person.press(id.mark('not_mine'));
    await expect.poll(() => person.text()).not.toContain('1183');
    await person.at('places');
  });

  journey('hides every number while family helps', async ({ begin }) => {
    const person = await begin('unlocked', { compare: '1', elder: '1' });
    await person.page.getByRole('button', { name: zhCN.home.elder.family }).click();
    await person.press(id.homeNext);
    await person.at('read');
    await person.sees(id.reportTotal);
    await person.page.getByRole('button', { name: zhCN.read.elder.oneByOne }).click();
    await person.at('places');
    expect(await person.text()).not.toContain('1183');
  });
});
