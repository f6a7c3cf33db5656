import type { BankReport, BankRow, CardView } from '../types';
import { banks } from './people';

/** A report as large as one can become: made up from nothing but a number, and the same every time. */
const bankCount = 200;
const cardCount = 10_000;

/** Numbers from 0 up to 1, always the same ones for a seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const places = [
  ['青屿', 'Qingyu'],
  ['白泽', 'Baize'],
  ['云梦', 'Yunmeng'],
  ['桐渚', 'Tongzhu'],
  ['鹤汀', 'Heting'],
  ['沧汀', 'Cangting'],
  ['松泉', 'Songquan'],
  ['兰渚', 'Lanzhu'],
  ['石桥', 'Shiqiao'],
  ['苇湾', 'Weiwan'],
  ['竹溆', 'Zhuxu'],
  ['望海', 'Wanghai'],
  ['梅坞', 'Meiwu'],
  ['雁浦', 'Yanpu'],
  ['霜林', 'Shuanglin'],
  ['秋浦', 'Qiupu'],
  ['月港', 'Yuegang'],
  ['柳岸', "Liu'an"],
  ['芦洲', 'Luzhou'],
  ['枫涧', 'Fengjian'],
  ['澜沙', 'Lansha'],
  ['晴川', 'Qingchuan'],
] as const;
const sorts = [
  ['银行', 'Bank'],
  ['农商行', 'Rural Commercial Bank'],
  ['村镇银行', 'Village Bank'],
  ['信用社', 'Credit Cooperative'],
  ['城商行', 'City Commercial Bank'],
  ['民营银行', 'Private Bank'],
  ['直销银行', 'Direct Bank'],
  ['合作银行', 'Cooperative Bank'],
] as const;

const made = Array.from({ length: bankCount - banks.length }, (_, i): BankRow => {
  const [place, placeEn] = places[i % places.length] ?? places[0];
  const [sort, sortEn] = sorts[Math.floor(i / places.length)] ?? sorts[0];
  return {
    code: `M${String(i + 1).padStart(3, '0')}`,
    name_zh: place + sort,
    name_en: `${placeEn} ${sortEn}`,
    short_zh: place + sort,
    hotline: '',
    hotline_confirmed: false,
    kinds: ['debit', 'credit'],
    health: 'up',
    confirms_cards: false,
  };
});
export const manyBanks: BankRow[] = [...banks, ...made];

/** Banks without cards, with every way of having none. */
const without: [string, Partial<BankReport>][] = [
  ['none', {}],
  ['none', {}],
  ['none', {}],
  ['possible_match', {}],
  ['no_mobile', {}],
  ['id_expired', {}],
  ['self_service_off', {}],
  ['ledger_unavailable', {}],
  ['', { state: 'unanswered', outcome: null, as_of: null }],
  ['', { state: 'refused', outcome: null, as_of: null }],
  ['', { state: 'not_covered', outcome: null, as_of: null }],
  ['', { outcome: null, fault: 'signature' }],
];

const cities = ['杭州', '宁波', '上海', '武汉', '南京', '成都', '西安', '广州', '长沙', '青岛', '黄冈', '南宁'];

function card(bank: string, place: number, next: () => number): CardView {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  const digits = (): string => String(Math.floor(next() * 10_000)).padStart(4, '0');
  const kind = next() < 0.68 ? 'debit' : next() < 0.94 ? 'credit' : 'quasi_credit';
  const luck = next();
  const status =
    luck < 0.9
      ? 'active'
      : luck < 0.94
        ? 'dormant'
        : luck < 0.955
          ? 'frozen'
          : luck < 0.965
            ? 'lost'
            : luck < 0.99
              ? 'not_activated'
              : 'closing';
  const opened = 2004 + Math.floor(next() * 23);
  const month = (year: number): string => `${year}-${String(1 + Math.floor(next() * 9)).padStart(2, '0')}`;
  const flagged = ['dormant', 'frozen', 'lost'].includes(status) ? [status] : [];
  const tail = digits();
  return {
    id: `${bank}-1-${place}`,
    bank,
    product: kind === 'debit' ? '借记卡' : kind === 'credit' ? '信用卡' : '准贷记卡',
    kind,
    brand: pick(['unionpay', 'unionpay', 'unionpay', 'visa', 'mastercard']),
    number: `62${digits().slice(2)}${'*'.repeat(kind === 'debit' ? 11 : 8)}${tail}`,
    tail,
    class: kind === 'debit' ? pick(['I', 'II', 'II', 'III']) : null,
    status,
    role: next() < 0.97 ? 'primary' : 'supplementary',
    opened: next() < 0.96 ? month(opened) : null,
    city: next() < 0.95 ? pick(cities) : null,
    last_used: next() < 0.9 ? month(Math.min(2026, opened + Math.floor(next() * 12))) : null,
    flags: next() < 0.004 ? [...flagged, 'new_since_last'] : flagged,
    mark: null,
  };
}

function draw(): Map<string, Omit<BankReport, 'as_of'> & Partial<BankReport>> {
  const next = numbers(20_261_124);
  const giving = bankCount - without.length;
  const usual = Math.floor(cardCount / giving);
  let left = cardCount;
  return new Map(
    manyBanks.map(({ code }, i) => {
      const how = without[i - giving];
      const last = i === giving - 1;
      const n = how ? 0 : last ? left : Math.min(left, Math.max(1, Math.floor(usual * (0.4 + next() * 1.2))));
      left -= n;
      const cards = Array.from({ length: n }, (_, place) => card(code, place, next));
      const debit = cards.filter((one) => one.kind === 'debit' && one.role === 'primary');
      const flags = [
        ...(debit.length > 4 ? ['more_than_four_debit'] : []),
        ...(debit.filter((one) => one.class === 'I').length > 1 ? ['more_than_one_class_one'] : []),
      ];
      const part = {
        bank: code,
        state: 'answered',
        at: null,
        outcome: how ? how[0] : 'found',
        fault: null,
        omitted: i === 3 ? 12 : 0,
        used: ['name', 'id_number', 'mobile'],
        cards,
        flags,
        ...how?.[1],
      };
      return [code, part];
    }),
  );
}

let drawn: ReturnType<typeof draw> | undefined;

export function manyOf(code: string, asOf: string): BankReport {
  drawn ??= draw();
  const part = drawn.get(code);
  if (!part) throw new Error(`no bank ${code}`);
  return { as_of: asOf, ...part };
}
