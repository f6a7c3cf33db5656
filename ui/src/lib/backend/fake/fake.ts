import type { Backend } from '../backend';
import type { Change, EnrolView, FactorView, HomeView, QueryView, ResetView, UnlockView, VerifyView } from '../types';
import { banks, entries, notice, person, reportOf } from './people';
import { factor, iso, refuse, spans, World } from './world';

const waits = [spans.minute, 5 * spans.minute, 15 * spans.minute, spans.hour, spans.day];
const kitSteps = [
  'call_bank',
  'ask_what_blocks',
  'go_to_branch',
  'dispute_letter',
  'report_96110',
  'check_next_report',
];

export type Fake = Backend & { world: World; tell(what: Change['what']): void };

/** The made-up federation in one object. Every refusal a screen must draw can be asked for by name. */
export function fake(world: World = new World()): Fake {
  const listeners = new Set<(change: Change) => void>();
  const tell = (what: Change['what']): void => listeners.forEach((listener) => listener({ what }));

  /** One command: refused when a scene says so, otherwise done. */
  const command = async <T>(name: string, work: () => T): Promise<T> => {
    await Promise.resolve();
    const refusal = world.refusals.get(name);
    if (refusal) throw refusal;
    return work();
  };

  const open = (kind: FactorView['kind']): FactorView => ({
    ...factor(kind),
    state: 'open',
    expires_at: iso(world.now() + (kind === 'sms' ? 5 : 10) * spans.minute),
    resend_at: kind === 'sms' ? iso(world.now() + spans.minute) : null,
    tries_left: kind === 'sms' ? 5 : 3,
    check: kind === 'sms' ? { zh: '雪湖门', en: 'EDGY' } : null,
    bank: kind === 'card_bank' ? 'ICBC' : null,
  });
  const tryCode = (code: string, sms: FactorView): FactorView => {
    if (code === entries.code) return { ...sms, state: 'passed' };
    const left = (sms.tries_left ?? 1) - 1;
    if (left === 0) sms.state = 'void';
    sms.tries_left = left;
    throw left === 0 ? refuse('code_ended') : refuse('code_wrong', { left });
  };
  const passed = (view: FactorView | null): FactorView | null => (view ? { ...view, state: 'passed' } : null);

  const query = (): QueryView | null => {
    if (!world.query) return null;
    return { ...world.query };
  };
  const need = (): QueryView => {
    const view = query();
    if (!view) throw refuse('no_query');
    return view;
  };

  const home = (): HomeView => ({
    profile: 'demo',
    phase: world.phase,
    who: world.phase === 'enrolled' ? person : null,
    vault: world.vault,
    clock: world.doubtful ? 'doubtful' : 'sure',
    query: query(),
    records: world.records,
    next_query_at: world.nextAt ? iso(world.nextAt) : null,
    now: iso(world.now()),
    trouble: world.trouble,
    alarms: world.alarm ? [{ kind: 'unknown_inquiry', bank: 'CMB', at: iso(world.now()) }] : [],
    phone_page: 'http://127.0.0.1:47181/',
  });

  let step: EnrolView['step'] = 'form';
  let enrolSms = factor('sms');
  const enrolView = (): EnrolView => ({
    step: world.phase === 'enrolled' ? 'done' : step,
    check: enrolSms.state === 'open' ? { zh: '羊沙兔', en: 'TEME' } : null,
    code_expires_at: enrolSms.expires_at,
    resend_at: enrolSms.resend_at,
    tries_left: enrolSms.tries_left,
    mobile_masked: person.mobile,
    proof_kinds: ['face', 'card_bank'],
    proof: null,
    hold_until: null,
  });

  const verifyView = (): VerifyView => ({
    sms: world.sms,
    second: world.second,
    second_kinds: world.face ? ['face', 'card_bank'] : ['card_bank'],
    ready: world.sms.state === 'passed' && world.second?.state === 'passed',
    apply_by: need().apply_by,
  });

  let resetSms = factor('sms');
  let resetSecond: FactorView | null = null;
  const resetView = (): ResetView => ({
    sms: resetSms,
    second: resetSecond,
    second_kinds: ['face', 'card_bank'],
    ready: resetSms.state === 'passed' && resetSecond?.state === 'passed',
  });

  const unlockView = (): UnlockView => {
    const wait = Math.ceil((world.waitUntil - world.now()) / 1000);
    return {
      state: wait > 0 ? 'waiting' : world.vault,
      phrase: world.phrase,
      tries_left: world.wrong > 0 ? Math.max(0, 5 - world.wrong) : null,
      wait_secs: wait > 0 ? wait : null,
      style: world.style,
    };
  };
  const setPassword = (typed: Uint8Array): void => {
    const text = new TextDecoder().decode(typed);
    if ([...text].length < 6) throw refuse('password_short');
    if (/^(\d)\1+$/.test(text) || text === '123456') throw refuse('password_weak');
    world.password = text;
    world.style = /^\d{6}$/.test(text) ? 'digits' : 'passphrase';
    world.wrong = 0;
    world.waitUntil = 0;
  };

  const report = (): Awaited<ReturnType<Backend['read']['report']>> => {
    if (world.vault !== 'unlocked') throw refuse('locked');
    const asked = world.query?.banks ?? [];
    const parts = asked.map((bank) => {
      const made = reportOf(bank.bank, bank.at ?? iso(world.now()));
      if (bank.state !== 'answered') return { ...made, state: bank.state, outcome: null, cards: [], flags: [] };
      return { ...made, cards: made.cards.map((card) => ({ ...card, mark: world.marks.get(card.id) ?? null })) };
    });
    const cards = parts.flatMap((part) => part.cards);
    const has = (id: string): boolean => cards.some((card) => card.id === id);
    const dormant = cards.filter((card) => card.status === 'dormant').length;
    return {
      query: need(),
      total: cards.length,
      totals: parts
        .filter((part) => part.cards.length > 0)
        .map((part) => ({
          bank: part.bank,
          debit: part.cards.filter((card) => card.kind === 'debit').length,
          credit: part.cards.filter((card) => card.kind === 'credit').length,
          quasi_credit: part.cards.filter((card) => card.kind === 'quasi_credit').length,
        })),
      unusual: [
        ...(has('PAB-1183') ? [{ flag: 'new_since_last', bank: 'PAB', card: 'PAB-1183', count: 1 }] : []),
        ...(has('ICBC-1496') ? [{ flag: 'more_than_four_debit', bank: 'ICBC', card: null, count: 5 }] : []),
        ...(has('BOC-3390') ? [{ flag: 'frozen', bank: 'BOC', card: 'BOC-3390', count: 1 }] : []),
        ...(dormant > 0 ? [{ flag: 'dormant', bank: 'ICBC', card: null, count: dormant }] : []),
      ],
      banks: parts,
      inquiries: [{ bank: 'ICBC', query_id: need().query_id, at: need().given_at, known: true }],
      changed_since_last: true,
    };
  };
  const kit = (card: string): Awaited<ReturnType<Backend['read']['kit']>> => {
    const bank = banks.find((row) => card.startsWith(`${row.code}-`));
    return {
      card,
      hotline: bank?.hotline ?? '',
      hotline_confirmed: bank?.hotline_confirmed ?? false,
      steps: kitSteps.map((id) => ({ id, done: world.ticks.get(`${card}/${id}`) ?? false })),
    };
  };

  return {
    world,
    tell,
    onChanged: (listener) => {
      listeners.add(listener);
      return Promise.resolve(() => void listeners.delete(listener));
    },
    settings: {
      home: () => command('settings.home', home),
      get: () => command('settings.get', () => world.settings),
      set: (settings) => command('settings.set', () => (world.settings = settings)),
      protection: () =>
        command('settings.protection', () => ({
          keychain: 'protected',
          device_kid: 'UDDReOZl1ipXAfp9wYsm13sDBMK5og--QWdBjzuf6o4',
          directory_version: 41,
          directory_expires_at: iso(world.start + 10 * spans.day),
          root_kid: 'nRIE2VmKdMjL1JD7tbV7fXVgXxmv0GKnMFWRUJMTf9Q',
          last_inquiries: [{ query_id: '3f0c2b1e', at: iso(world.start), known: true, bank: 'ICBC' }],
        })),
      delete_account: () => command('settings.delete_account', () => void Object.assign(world, new World())),
      erase_device: () => command('settings.erase_device', () => void Object.assign(world, new World())),
    },
    enrol: {
      state: () => command('enrol.state', enrolView),
      start: () =>
        command('enrol.start', () => {
          world.phase = 'enrolling';
          step = 'code';
          enrolSms = open('sms');
          return enrolView();
        }),
      confirm: (code) =>
        command('enrol.confirm', () => {
          enrolSms = tryCode(code, enrolSms);
          step = 'password';
          return enrolView();
        }),
      resend: () =>
        command('enrol.resend', () => {
          enrolSms = open('sms');
          return enrolView();
        }),
      prove: () => command('enrol.prove', enrolView),
      proof_evidence: () => command('enrol.proof_evidence', enrolView),
      proof_poll: () => command('enrol.proof_poll', enrolView),
      phrase: (phrase) =>
        command('enrol.phrase', () => {
          if ([...phrase].length < 4) throw refuse('phrase_invalid');
          world.phrase = phrase;
          return enrolView();
        }),
      password: (typed) => {
        const copy = typed.slice();
        return command('enrol.password', () => {
          setPassword(copy);
          world.phase = 'enrolled';
          world.vault = 'locked';
          return enrolView();
        });
      },
      cancel: () =>
        command('enrol.cancel', () => {
          world.phase = 'not_enrolled';
          step = 'form';
          return enrolView();
        }),
    },
    consent: {
      banks: () => command('consent.banks', () => ({ banks, last_set: world.lastSet, directory_version: 41 })),
      notice: (locale) => command('consent.notice', () => notice(locale)),
      agree: (form) =>
        command('consent.agree', () => {
          if (!form.read_to_end) throw refuse('notice_not_read');
          if (!form.sensitive || !form.handover) throw refuse('separate_consent_missing');
          if (form.banks.length === 0) throw refuse('no_bank_chosen');
          world.face = form.face;
          world.lastSet = form.banks;
          world.openQuery(form.banks, world.now());
          return need();
        }),
      kept: (query_id) =>
        command('consent.kept', () => ({
          consent_id: '8d9e6f70-1a2b-4c3d-8e4f-5a6b7c8d9e0f',
          query_id,
          jws: 'eyJhbGciOiJFZERTQSJ9.made-up.made-up',
          digest: 'bnUUWuWXcK70kVycVIWTjXzyyas1km5_aIeFWyQvC1A',
          given_at: iso(world.start),
          expires_at: iso(world.start + 3 * spans.day),
          banks: banks.map((bank) => ({ code: bank.code, name_zh: bank.name_zh, salt: 'AAECAwQFBgcICQoLDA0ODw' })),
          notice: notice('zh-CN'),
        })),
      save: () => command('consent.save', () => true),
      withdraw: () => command('consent.withdraw', () => world.end('withdrawn')),
    },
    verify: {
      state: () => command('verify.state', verifyView),
      start: (kind) =>
        command('verify.start', () => {
          if (kind === 'sms') world.sms = open('sms');
          else world.second = open(kind);
          return verifyView();
        }),
      confirm: (code) =>
        command('verify.confirm', () => {
          world.sms = tryCode(code, world.sms);
          return verifyView();
        }),
      resend: () =>
        command('verify.resend', () => {
          world.sms = open('sms');
          return verifyView();
        }),
      evidence: () =>
        command('verify.evidence', () => {
          world.second = passed(world.second);
          return verifyView();
        }),
      poll: () =>
        command('verify.poll', () => {
          world.second = passed(world.second);
          return verifyView();
        }),
    },
    apply: {
      submit: () =>
        command('apply.submit', () => {
          world.accept(world.now());
          return need();
        }),
      cancel: () => command('apply.cancel', () => world.end('lapsed')),
    },
    collect: {
      state: () => command('collect.state', () => ({ query: need(), banks: world.query?.banks ?? [] })),
      refresh: () =>
        command('collect.refresh', () => {
          world.answer(4, world.now());
          if (
            world.query?.banks.every(
              (bank) => bank.state !== 'pending' || bank.bank === 'CBHB' || bank.bank === 'CQRCB',
            )
          )
            world.close(world.now());
          tell('query');
          return { query: need(), banks: world.query?.banks ?? [] };
        }),
      retry: () =>
        command('collect.retry', () => {
          if (!world.query?.can_retry) throw refuse('retry_none_open');
          world.query.can_retry = false;
          world.query.state = 'retrying';
          world.query.banks = world.query.banks.map((bank) =>
            bank.state === 'unanswered' ? { ...bank, state: 'pending', round: 2 } : bank,
          );
          return { query: need(), banks: world.query.banks };
        }),
    },
    notify: {
      messages: () =>
        command('notify.messages', () => ({
          expected: [
            { kind: 'result', check: { zh: '燕水山', en: 'JTHV' }, at: iso(world.now()) },
            { kind: 'query_started', check: { zh: '夏山钟', en: 'NJUX' }, at: iso(world.now() - spans.hour) },
            { kind: 'query_code', check: { zh: '雪湖门', en: 'EDGY' }, at: iso(world.now() - spans.hour) },
          ],
        })),
    },
    unlock: {
      state: () => command('unlock.state', unlockView),
      open: (typed) => {
        const text = new TextDecoder().decode(typed);
        return command('unlock.open', () => {
          if (world.waitUntil > world.now())
            throw refuse('password_wait', { secs: Math.ceil((world.waitUntil - world.now()) / 1000) });
          if (text === world.password) {
            world.wrong = 0;
            world.vault = 'unlocked';
            return unlockView();
          }
          world.wrong += 1;
          if (world.wrong >= 5) world.waitUntil = world.now() + (waits[Math.min(world.wrong - 5, 4)] ?? spans.day);
          throw refuse('password_wrong', { left: Math.max(0, 5 - world.wrong) });
        });
      },
      lock: () =>
        command('unlock.lock', () => {
          world.vault = 'locked';
          return unlockView();
        }),
      change: () => command('unlock.change', unlockView),
      forgotten: () =>
        command('unlock.forgotten', () => {
          resetSms = open('sms');
          return resetView();
        }),
      forgotten_confirm: (code) =>
        command('unlock.forgotten_confirm', () => {
          resetSms = tryCode(code, resetSms);
          return resetView();
        }),
      forgotten_second: (kind) =>
        command('unlock.forgotten_second', () => {
          resetSecond = open(kind);
          return resetView();
        }),
      forgotten_poll: () =>
        command('unlock.forgotten_poll', () => {
          resetSecond = passed(resetSecond);
          return resetView();
        }),
      forgotten_password: (typed) => {
        const copy = typed.slice();
        return command('unlock.forgotten_password', () => {
          setPassword(copy);
          world.end('lost');
          world.nextAt = null;
          world.vault = 'locked';
          return unlockView();
        });
      },
    },
    read: {
      report: () => command('read.report', report),
      mark: (card, mark) =>
        command('read.mark', () => {
          world.marks.set(card, mark);
          return report();
        }),
      kit: (card) => command('read.kit', () => kit(card)),
      kit_tick: (card, id, done) =>
        command('read.kit_tick', () => {
          world.ticks.set(`${card}/${id}`, done);
          return kit(card);
        }),
    },
    expire: {
      delete_now: () => command('expire.delete_now', () => world.end('deleted')),
      record: (query_id) =>
        command('expire.record', () => {
          const row = world.records.find((record) => record.query_id === query_id);
          if (!row) throw refuse('not_found');
          return {
            row,
            banks: banks.map((bank) => ({
              bank: bank.code,
              state: 'answered',
              at: row.given_at,
              round: 1,
              refusal: null,
            })),
            consent_id: '8d9e6f70-1a2b-4c3d-8e4f-5a6b7c8d9e0f',
            accepted_at: row.given_at,
            generated_at: row.given_at,
            receipts: [
              { reason: 'collected', at: row.given_at, jws: 'eyJhbGciOiJFZERTQSJ9.made-up.made-up' },
              {
                reason: row.ended === 'deleted' ? 'deleted' : 'deadline',
                at: row.ended_at,
                jws: 'eyJhbGciOiJFZERTQSJ9.made-up.made-up',
              },
            ],
            refusal: null,
          };
        }),
    },
  };
}
