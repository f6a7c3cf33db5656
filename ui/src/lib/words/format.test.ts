import { describe, expect, it } from 'vitest';
import { Format } from './format';
import { chooseLocale } from './words';

const zh = new Format('zh-CN');
const en = new Format('en');
const hour = 3_600_000;

describe('countdown in words', () => {
  it('never goes below nothing', () => {
    expect(zh.left(-5), 'an ended report is told by its state, not by a negative time').toBe('1 分钟');
    expect(zh.wait(-1)).toBe('0 秒');
  });

  it('names the two largest units', () => {
    expect(zh.left(76 * hour)).toBe('3 天 4 小时');
    expect(en.left(76 * hour)).toBe('3 days 4 hours');
    expect(en.left(25 * hour)).toBe('1 day 1 hour');
    expect(zh.left(5 * hour + 20 * 60_000)).toBe('5 小时 20 分钟');
  });

  it('counts a wait to the second', () => {
    expect(zh.wait(272)).toBe('4 分 32 秒');
    expect(en.wait(272)).toBe('4 min 32 sec');
    expect(zh.wait(240)).toBe('4 分钟');
    expect(en.wait(3660)).toBe('1 hr 1 min');
    expect(zh.wait(24 * 3600)).toBe('24 小时');
  });
});

describe('instants', () => {
  it('tell the end as 24:00 of the last day, in Beijing wherever the device is', () => {
    expect(zh.end('2026-11-27T16:00:00.000Z')).toBe('11 月 27 日（周五）24:00');
    expect(en.end('2026-11-27T16:00:00.000Z')).toBe('Fri 27 Nov, 24:00 Beijing time');
  });

  it('tell the next query as 00:00 of the day it begins', () => {
    expect(zh.from('2026-11-27T16:00:00.000Z')).toBe('11 月 28 日 00:00');
    expect(en.from('2026-11-27T16:00:00.000Z')).toBe('28 Nov, 00:00');
  });

  it('tell a day of another year with its year', () => {
    expect(zh.instant('2026-08-03T01:42:00.000Z')).toBe('2026 年 8 月 3 日 09:42');
    expect(en.instant('2026-08-03T01:42:00.000Z')).toBe('3 August 2026, 09:42');
  });

  it('enumerate without a last word between', () => {
    expect(zh.list(['借记卡', '贷记卡'])).toBe('借记卡、贷记卡');
    expect(en.list(['debit', 'credit', 'quasi-credit'])).toBe('debit, credit, quasi-credit');
  });

  it('write months and check characters as each language does', () => {
    expect(zh.month('2026-07')).toBe('2026 年 7 月');
    expect(en.month('2026-07')).toBe('Jul 2026');
    expect(zh.month('unknown'), 'what the bank sent is shown as it is').toBe('unknown');
    expect(zh.check({ zh: '雪湖门', en: 'EDGY' })).toBe('雪·湖·门');
    expect(en.check({ zh: '雪湖门', en: 'EDGY' })).toBe('EDGY');
  });
});

describe('language', () => {
  it('follows the system unless the person chose', () => {
    expect(chooseLocale('system', ['zh-TW'])).toBe('zh-CN');
    expect(chooseLocale('system', ['fr-FR'])).toBe('en');
    expect(chooseLocale('system', [])).toBe('zh-CN');
    expect(chooseLocale('en', ['zh-CN'])).toBe('en');
  });
});
