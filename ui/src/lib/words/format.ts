/** Dates, times and lengths of time as a letter would write them. Days are always Beijing days. */
export type Locale = 'zh-CN' | 'en';

const zone = 'Asia/Shanghai';
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

function parts(locale: Locale, options: Intl.DateTimeFormatOptions, at: number): Record<string, string> {
  const format = new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: 'h23', ...options });
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
}

const millis = (at: string | number): number => (typeof at === 'number' ? at : Date.parse(at));

export class Format {
  constructor(readonly locale: Locale) {}

  #unit(value: number, unit: 'day' | 'hour' | 'minute' | 'second'): string {
    if (this.locale === 'en') {
      return new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' }).format(value);
    }
    return `${value} ${{ day: '天', hour: '小时', minute: '分钟', second: '秒' }[unit]}`;
  }

  /** 15:52 */
  time(at: string | number): string {
    const p = parts(this.locale, { hour: '2-digit', minute: '2-digit' }, millis(at));
    return `${p.hour}:${p.minute}`;
  }

  /** 20:07:15 */
  timeToSecond(at: string | number): string {
    const p = parts(this.locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' }, millis(at));
    return `${p.hour}:${p.minute}:${p.second}`;
  }

  /** 11 月 20 日（周五） · Fri 20 Nov */
  day(at: string | number): string {
    const p = parts(
      this.locale,
      { weekday: 'short', day: 'numeric', month: this.locale === 'en' ? 'short' : 'numeric' },
      millis(at),
    );
    return this.locale === 'en' ? `${p.weekday} ${p.day} ${p.month}` : `${p.month} 月 ${p.day} 日（${p.weekday}）`;
  }

  /** 11 月 20 日（周五）09:42 · Fri 20 Nov, 09:42 */
  moment(at: string | number): string {
    return this.locale === 'en' ? `${this.day(at)}, ${this.time(at)}` : `${this.day(at)}${this.time(at)}`;
  }

  /** A midnight told as 24:00 of the day it ends, which is the day the person counts. */
  end(at: string | number): string {
    const instant = millis(at);
    if (this.time(instant) !== '00:00') return this.moment(instant);
    const before = this.day(instant - 1);
    return this.locale === 'en' ? `${before}, 24:00 Beijing time` : `${before}24:00`;
  }

  /** 11 月 28 日 00:00 · 28 Nov, 00:00 */
  from(at: string | number): string {
    const p = parts(this.locale, { day: 'numeric', month: this.locale === 'en' ? 'short' : 'numeric' }, millis(at));
    return this.locale === 'en'
      ? `${p.day} ${p.month}, ${this.time(at)}`
      : `${p.month} 月 ${p.day} 日 ${this.time(at)}`;
  }

  /** 2026 年 8 月 3 日 · 3 August 2026 */
  date(at: string | number): string {
    const p = parts(
      this.locale,
      { day: 'numeric', month: this.locale === 'en' ? 'long' : 'numeric', year: 'numeric' },
      millis(at),
    );
    return this.locale === 'en' ? `${p.day} ${p.month} ${p.year}` : `${p.year} 年 ${p.month} 月 ${p.day} 日`;
  }

  /** `2026-07` as 2026 年 7 月 · Jul 2026 */
  month(yearMonth: string): string {
    const at = Date.parse(`${yearMonth}-15T04:00:00.000Z`);
    if (Number.isNaN(at)) return yearMonth;
    const p = parts(this.locale, { month: this.locale === 'en' ? 'short' : 'numeric', year: 'numeric' }, at);
    return this.locale === 'en' ? `${p.month} ${p.year}` : `${p.year} 年 ${p.month} 月`;
  }

  /** The time left, in the two largest units that matter: 3 天 4 小时, 5 小时 20 分钟, 12 分钟. */
  left(ms: number): string {
    const safe = Math.max(0, ms);
    const days = Math.floor(safe / day);
    const hours = Math.floor((safe % day) / hour);
    const minutes = Math.floor((safe % hour) / minute);
    if (days > 0) return `${this.#unit(days, 'day')} ${this.#unit(hours, 'hour')}`;
    if (hours > 0) return `${this.#unit(hours, 'hour')} ${this.#unit(minutes, 'minute')}`;
    return this.#unit(Math.max(1, Math.ceil(safe / minute)), 'minute');
  }

  /** A wait, to the second: 4 分 32 秒 · 4 min 32 s */
  wait(seconds: number): string {
    const total = Math.max(0, Math.ceil(seconds));
    const h = Math.floor(total / 3600);
    const m = Math.floor((total % 3600) / 60);
    const s = total % 60;
    const zh = this.locale === 'zh-CN';
    const out: string[] = [];
    if (h > 0) out.push(zh ? `${h} 小时` : `${h} h`);
    if (m > 0) out.push(zh ? `${m} 分` : `${m} min`);
    if (h === 0 && (s > 0 || m === 0)) out.push(zh ? `${s} 秒` : `${s} s`);
    return out.join(' ');
  }

  /** 借记卡、贷记卡 · debit, credit */
  list(items: string[]): string {
    return items.join(this.locale === 'en' ? ', ' : '、');
  }

  /** Check characters as they stand in the SMS: 雪·湖·门 · EDGY */
  check(check: { zh: string; en: string }): string {
    return this.locale === 'en' ? check.en : [...check.zh.replaceAll('·', '')].join('·');
  }
}
