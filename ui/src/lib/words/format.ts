/** Dates, times and lengths of time as a letter would write them. Days are always Beijing days. */
export type Locale = 'zh-CN' | 'en';

const zone = 'Asia/Shanghai';
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Making a formatter costs far more than using it, and a report shows thousands of dates. */
const made = new Map<string, Intl.DateTimeFormat>();

function parts(locale: Locale, options: Intl.DateTimeFormatOptions, at: number): Record<string, string> {
  const key = locale + JSON.stringify(options);
  let format = made.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: 'h23', ...options });
    made.set(key, format);
  }
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
}

const millis = (at: string | number): number => (typeof at === 'number' ? at : Date.parse(at));

type Unit = 'day' | 'hour' | 'minute' | 'second';

export class Format {
  constructor(readonly locale: Locale) {}

  /** A number and its unit with a space between them: 3 天 · 3 days · 1 day */
  #unit(value: number, unit: Unit, unitDisplay: 'long' | 'short'): string {
    const said = new Intl.NumberFormat(this.locale, { style: 'unit', unit, unitDisplay }).formatToParts(value);
    return said
      .filter((part) => part.type === 'integer' || part.type === 'unit')
      .map((part) => part.value)
      .join(' ');
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

  /** 2026 年 8 月 3 日 09:42 · 3 August 2026, 09:42 */
  instant(at: string | number): string {
    return `${this.date(at)}${this.locale === 'en' ? ',' : ''} ${this.time(at)}`;
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
    const unit = (value: number, name: Unit): string => this.#unit(value, name, 'long');
    if (days > 0) return `${unit(days, 'day')} ${unit(hours, 'hour')}`;
    if (hours > 0) return `${unit(hours, 'hour')} ${unit(minutes, 'minute')}`;
    return unit(Math.max(1, Math.ceil(safe / minute)), 'minute');
  }

  /** A wait, to the second: 4 分 32 秒 · 4 min 32 sec */
  wait(seconds: number): string {
    const total = Math.max(0, Math.ceil(seconds));
    const h = Math.floor(total / 3600);
    const m = Math.floor((total % 3600) / 60);
    const s = total % 60;
    const out: string[] = [];
    if (h > 0) out.push(this.#unit(h, 'hour', 'short'));
    if (m > 0) out.push(this.#unit(m, 'minute', 'short'));
    if (h === 0 && (s > 0 || m === 0)) out.push(this.#unit(s, 'second', 'short'));
    // before seconds, Chinese says 分 and not 分钟
    return out.length > 1 && h === 0 ? out.join(' ').replace('分钟', '分') : out.join(' ');
  }

  /** 借记卡、贷记卡 · debit, credit */
  list(items: string[]): string {
    return new Intl.ListFormat(this.locale, { type: 'conjunction', style: 'narrow' }).format(items);
  }

  /** Check characters as they stand in the SMS: 雪·湖·门 · EDGY */
  check(check: { zh: string; en: string }): string {
    return this.locale === 'en' ? check.en : [...check.zh.replaceAll('·', '')].join('·');
  }
}
