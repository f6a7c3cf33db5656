import { describe, expect, it } from 'vitest';
import { en } from './en';
import { Format } from './format';
import { zhCN } from './zh-CN';

const formats = { zh: new Format('zh-CN'), en: new Format('en') };
const at = '2026-11-20T01:42:00.000Z';
const midnight = '2026-11-27T16:00:00.000Z';
type Pair = [zh: string, en: string];
const both = (say: (format: Format) => string): Pair => [say(formats.zh), say(formats.en)];
const same = (text: string): Pair => [text, text];

/** What a screen puts into a sentence, by the name the Chinese file gives it; a name not listed is a number. */
const given: Record<string, Pair> = {
  when: both((format) => format.moment(at)),
  date: both((format) => format.date(at)),
  month: both((format) => format.month('2019-03')),
  until: both((format) => format.time(at)),
  due: both((format) => format.moment(at)),
  end: both((format) => format.end(midnight)),
  time: both((format) => format.timeToSecond(at)),
  left: both((format) => format.left(272_000_000)),
  bank: ['招商银行', 'China Merchants Bank'],
  where: [zhCN.read.where('招商银行', '1496'), en.read.where('China Merchants Bank', '1496')],
  city: ['示例市', 'Hangzhou'],
  state: ['已答复', 'Answered'],
  check: ['雪·湖·门', 'EDGY'],
  name: ['安一例', 'Anna'],
  text: ['村镇', 'rural'],
  list: ['招商银行 2 张', 'Bank 2'],
  items: ['使用人脸信息', 'Use of face data'],
  fields: ['开立城市', 'city opened'],
  used: ['姓名、手机号', 'name, mobile number'],
  second: ['人脸核验', 'By face'],
  code: same('E7301'),
  mobile: same('138****0001'),
  id: same('1****************1'),
  hotline: same('95555'),
  tail: same('1496'),
  sum: same('AB12'),
  v: same('2026.11'),
};

interface Shown {
  path: string;
  zh: string;
  en: string;
  /** What was put in, which must come out. */
  put: Pair[];
}

/** Every sentence of both files as a screen would show it. */
function shown(zh: unknown, other: unknown, path: string, first: number): Shown[] {
  if (typeof zh === 'string') return [{ path, zh, en: String(other), put: [] }];
  if (typeof zh === 'function') {
    const names = [...(/^\(?([^)=]*)\)?\s*=>/.exec(String(zh))?.[1] ?? '').matchAll(/\w+/g)].map(([name]) => name);
    const values = names.map((name, i) => given[name] ?? [first + i, first + i]);
    const say = (sentence: unknown, which: 0 | 1): string =>
      (sentence as (...values: unknown[]) => string)(...values.map((pair) => pair[which]));
    const put = values.map((pair): Pair => [String(pair[0]), String(pair[1])]);
    return [{ path, zh: say(zh, 0), en: say(other, 1), put }];
  }
  const inner = other as Record<string, unknown>;
  return Object.entries(zh as object).flatMap(([name, value]) =>
    shown(value, inner[name], path === '' ? name : `${path}.${name}`, first),
  );
}

const { errors: zhErrors, ...zhRest } = zhCN;
const { errors: enErrors, ...enRest } = en;
/** A refusal with and without what it may carry. */
const refusals = (Object.keys(zhErrors) as (keyof typeof zhErrors)[]).flatMap((code): Shown[] =>
  [{}, { left: 1, secs: 272, until: at, next_at: midnight }].flatMap((params) =>
    (['what', 'todo'] as const).map((part) => {
      const [zh, other] = [zhErrors[code][part], enErrors[code][part]];
      const said = (sentence: typeof zh, format: Format): string =>
        typeof sentence === 'string' ? sentence : sentence(params, format);
      return { path: `errors.${code}.${part}`, zh: said(zh, formats.zh), en: said(other, formats.en), put: [] };
    }),
  ),
);
const many = shown(zhRest, enRest, '', 3);
/** The same with one of everything, but for what is only ever said of several. */
const one = shown(zhRest, enRest, '', 1).filter(({ path }) => !/Many\.|allBanks/.test(path));
const sentences = [...many, ...one, ...refusals];
const bare = (text: string): string => text.replace(/[‹›]/g, '');

/** The paths, with their words, whose text a mark is found in. */
const found = (language: 'zh' | 'en', mark: RegExp, but: string[] = []): string[] =>
  sentences
    .filter(({ path, [language]: text }) => mark.test(bare(text)) && !but.includes(path))
    .map(({ path, [language]: text }) => `${path}: ${text}`);

it('marks the thousands of every count', () => {
  // what is never more than a handful, a version, and words that stand here as a number
  const others = /^(verify|unlock|settings)\.|\.(round|place|title|yearOf|nothingTyped|progress|room|newer)$/;
  const bare = shown(zhRest, enRest, '', 10_000).filter(
    ({ path, zh, en: other }) => !others.test(path) && /1000\d/.test(zh + other),
  );
  expect(bare.map(({ path, zh }) => `${path}: ${zh}`)).toEqual([]);
});

describe('Chinese as it is shown', () => {
  it('uses full-width marks and curly quotes', () => {
    expect(found('zh', /\p{sc=Han}[,;:!?.]|[,;!?]\p{sc=Han}|["'()]|\.\.\.|！/u)).toEqual([]);
  });

  it('puts a space between Chinese and figures or letters, and nowhere else', () => {
    expect(found('zh', /\p{sc=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{sc=Han}/u)).toEqual([]);
    expect(
      found(
        'zh',
        /[\p{sc=Han}，。；：？（）、“”…][ \u00a0]+\p{sc=Han}| [，。；：？（）、“”…]|[，。；：？（）、“”…] | {2}/u,
      ),
    ).toEqual([]);
  });

  it('says 您, and never only that something succeeded or failed', () => {
    expect(found('zh', /[你妳]|成功|失败/)).toEqual([]);
  });
});

describe('English as it is shown', () => {
  it('uses curly quotes, no exclamation marks, no stray spaces', () => {
    expect(found('en', /["'!]|\.\.\.|\S {2}| [,.;:?]/)).toEqual([]);
  });

  it('is English', () => {
    expect(found('en', /\p{sc=Han}/u, ['settings.chinese'])).toEqual([]);
  });

  it('counts one of a thing as one', () => {
    expect(
      found(
        'en',
        /(?<![\d:.])1 (?:more )?(?:banks|cards|tries|seconds|minutes|hours|days|digits|sets|things|steps|characters|accounts)\b/,
      ),
    ).toEqual([]);
  });
});

it('put everything they are given into both languages', () => {
  const lost = many.flatMap(({ path, zh, en: other, put }) =>
    put
      .filter(([inZh, inEn]) => !zh.includes(inZh) || !other.includes(inEn))
      .map((pair) => `${path} loses ${pair.join(' · ')}`),
  );
  expect([...new Set(lost)]).toEqual([]);
});

it('close what must stay on one line', () => {
  expect(
    sentences.filter(({ zh, en: other }) => [zh, other].some((text) => /[‹›]/.test(text.replace(/‹[^‹›]+›/g, '')))),
  ).toEqual([]);
});
