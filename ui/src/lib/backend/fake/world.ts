import type { System } from '../../system';
import {
  asShipped,
  type Alarm,
  type AnswerState,
  type BankAnswer,
  type BankReport,
  type BankRow,
  type BankSet,
  type ErrorCode,
  type FactorView,
  type HomeView,
  type NewVersion,
  type NoteView,
  type Params,
  type QueryView,
  type RecordRow,
  type Refusal,
  type Settings,
  type StartView,
  type UnlockView,
  type UpdateView,
} from '../types';
import { banks, reportOf } from './people';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
export const spans = { second, minute, hour, day };

export const iso = (at: number): string => new Date(at).toISOString();
export const refuse = (code: ErrorCode, params: Params = {}): Refusal => ({ code, params });

/** D+8 00:00 in Beijing. */
export function endOf(generated: number): number {
  const beijing = generated + 8 * hour;
  return Math.floor(beijing / day) * day + 8 * day - 8 * hour;
}

export const factor = (kind: FactorView['kind']): FactorView => ({
  kind,
  state: 'none',
  expires_at: null,
  resend_at: null,
  tries_left: null,
  check: null,
  bank: null,
});

/** Facts of a card the person may leave out of a consent. */
export const optionalFields = ['class', 'opened', 'city', 'last_used'];

type Query = QueryView & { banks: BankAnswer[] };

/** The state behind the fake backend. Its clock runs with the browser's from a fixed instant, and can be moved. */
export class World {
  /** 2026-11-24 12:00 in Beijing */
  readonly start = Date.parse('2026-11-24T04:00:00.000Z');
  #opened = Date.now();
  #moved = 0;
  system: System = 'desktop';
  settings: Settings = { ...asShipped };
  profile: HomeView['profile'] = 'demo';
  link: string | null = null;
  /** this version, and what the announcement would say when somebody looks */
  update: UpdateView = { version: '0.1.0', address: null, installs: false, newer: null, refused: null };
  announced: NewVersion | null = null;
  begins: StartView = { federation: null, refused: null, demonstration: true };
  phase: 'not_enrolled' | 'enrolling' | 'enrolled' = 'not_enrolled';
  vault: 'none' | 'locked' | 'waiting' | 'unlocked' = 'none';
  style: 'passphrase' | 'digits' = 'passphrase';
  phrase: string | null = null;
  password = '';
  /** what this machine recognises, and whether the person opted in to it */
  biometrics: UnlockView['biometrics'] = 'none';
  wrong = 0;
  waitUntil = 0;
  query: Query | null = null;
  records: RecordRow[] = [];
  nextAt: number | null = null;
  sms = factor('sms');
  second: FactorView | null = null;
  face = false;
  lastSet: string[] = [];
  sets: BankSet[] = [];
  leftOut: string[] = [];
  /** whether reports are compared with the one before */
  compare = false;
  /** an enrolment on another device waits for a strong factor; from there, this one is the new device */
  otherDevice = false;
  takeover: HomeView['takeover'] = null;
  holdUntil = 0;
  /** the bank asked for a confirmation takes its time */
  bankWaits = false;
  marks = new Map<string, 'mine' | 'not_sure' | 'not_mine'>();
  ticks = new Map<string, boolean>();
  /** cities the person marked as strange */
  strange = new Set<string>();
  /** what is kept past the end, by query */
  notes = new Map<string, NoteView>();
  /** Commands that shall be refused, by `act.command`. */
  refusals = new Map<string, Refusal>();
  trouble: Refusal | null = null;
  alarms: Alarm[] = [];
  doubtful = false;
  /** the banks of this world, and what each gives once it has answered */
  directory: BankRow[] = banks;
  part: (code: string, asOf: string) => BankReport = reportOf;
  /** commands that are never answered */
  stuck = new Set<string>();

  /** a bank was asked about the person, and not by this device */
  alarm(...banks: string[]): void {
    this.alarms = banks.map((bank, i) => ({
      id: i + 1,
      kind: 'unknown_inquiry',
      bank,
      at: iso(this.start - 9 * day),
      seen: false,
    }));
  }

  now(): number {
    return this.start + this.#moved + (Date.now() - this.#opened);
  }

  move(ms: number): void {
    this.#moved += ms;
  }

  openQuery(codes: string[], given: number): Query {
    const last = this.records[0];
    const banks = codes.map<BankAnswer>((bank) => ({ bank, state: 'pending', at: null, round: 1, refusal: null }));
    this.query = {
      query_id: '3f0c2b1e-7a64-4f0e-9d55-0a1b2c3d4e5f',
      state: 'prepared',
      banks_asked: codes.length,
      banks_answered: 0,
      given_at: iso(given),
      apply_by: iso(given + 15 * minute),
      accepted_at: null,
      due_at: null,
      generated_at: null,
      ends_at: null,
      consent_expires_at: iso(given + 72 * hour),
      result_check: null,
      can_retry: false,
      replaces: !!last && ['withdrawn', 'deleted'].includes(last.ended) && !last.replaces,
      round: 1,
      doubtful: false,
      banks,
    };
    return this.query;
  }

  accept(at: number): void {
    if (!this.query) return;
    this.query = {
      ...this.query,
      state: 'collecting',
      accepted_at: iso(at),
      due_at: iso(at + day),
      result_check: { zh: '燕水山', en: 'JTHV' },
    };
  }

  /** The next `n` banks give their answer. */
  answer(n: number, at: number): void {
    const query = this.query;
    if (!query) return;
    let left = n;
    query.banks = query.banks.map((bank, i) => {
      const end = this.part(bank.bank, '').state as AnswerState;
      if (bank.state !== 'pending' || left === 0 || end === 'unanswered') return bank;
      left -= 1;
      return { ...bank, state: end, at: iso(at + i * 37 * second) };
    });
    query.banks_answered = query.banks.filter((bank) => bank.state === 'answered').length;
  }

  close(at: number): void {
    const query = this.query;
    if (!query) return;
    this.answer(query.banks.length, at);
    query.banks = query.banks.map((bank) => (bank.state === 'pending' ? { ...bank, state: 'unanswered' } : bank));
    query.banks_answered = query.banks.filter((bank) => bank.state === 'answered').length;
    query.state = 'ready';
    query.generated_at = iso(at);
    query.ends_at = iso(endOf(at));
    query.can_retry = query.banks.some((bank) => bank.state === 'unanswered');
    this.nextAt = endOf(at);
  }

  end(ended: RecordRow['ended']): void {
    if (!this.query) return;
    const now = this.now();
    this.records = [
      {
        query_id: this.query.query_id,
        ended,
        given_at: this.query.given_at,
        ended_at: ended === 'expired' ? (this.query.ends_at ?? iso(now)) : iso(now),
        banks: this.query.banks_asked,
        replaces: this.query.replaces,
      },
      ...this.records,
    ];
    // what ended before its time may be replaced at once, and a replacement by nothing
    if (ended !== 'expired' && !this.query.replaces) this.nextAt = null;
    this.query = null;
    this.sms = factor('sms');
    this.second = null;
  }
}
