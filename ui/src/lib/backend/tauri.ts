import { onBackButtonPress } from '@tauri-apps/api/app';
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { systemOf } from '../system';
import type { Backend } from './backend';
import { unpacked } from './packed';
import type { Change, PackedReport, Refusal, ReportView } from './types';

/** Whether this page runs inside the app's window. */
export const insideTheWindow = (): boolean => '__TAURI_INTERNALS__' in window;

function isRefusal(thrown: unknown): thrown is Refusal {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'params' in thrown;
}

/** One command. What is not a refusal (a command the window may not call, a broken argument) is our own fault. */
async function call<T>(command: string, args?: Record<string, unknown> | Uint8Array): Promise<T> {
  try {
    return await invoke<T>(`plugin:${command}`, args);
  } catch (thrown) {
    const refusal: Refusal = isRefusal(thrown) ? thrown : { code: 'internal', params: {} };
    throw refusal;
  }
}

const report = async (command: string, args?: Record<string, unknown>): Promise<ReportView> =>
  unpacked(await call<PackedReport>(command, args));

const system = systemOf(navigator);
const nothing = (): void => undefined;

export const tauri: Backend = {
  system,
  // where the window may not listen, the button keeps what the system makes of it
  onBack: (press) =>
    system === 'android'
      ? onBackButtonPress(press).then(
          (listener) => () => void listener.unregister(),
          () => nothing,
        )
      : Promise.resolve(nothing),
  onChanged: (tell) => listen<Change>('changed', (event) => tell(event.payload)),
  settings: {
    home: () => call('settings|home'),
    alarms_seen: (alarms) => call('settings|alarms_seen', { alarms }),
    get: () => call('settings|get'),
    set: (settings) => call('settings|set', { settings }),
    start: () => call('settings|start'),
    link: () => call('settings|link'),
    demonstration: () => call('settings|demonstration'),
    protection: () => call('settings|protection'),
    compare: () => call('settings|compare'),
    set_compare: (on) => call('settings|set_compare', { on }),
    delete_account: () => call('settings|delete_account'),
    erase_device: () => call('settings|erase_device'),
  },
  enrol: {
    state: () => call('enrol|state'),
    start: (form) => call('enrol|start', form),
    confirm: (code) => call('enrol|confirm', { code }),
    resend: () => call('enrol|resend'),
    prove: (kind) => call('enrol|prove', { kind }),
    proof_evidence: () => call('enrol|proof_evidence'),
    proof_poll: () => call('enrol|proof_poll'),
    phrase: (phrase) => call('enrol|phrase', { phrase }),
    password: (password) => call('enrol|password', password),
    cancel: () => call('enrol|cancel'),
    not_me: () => call('enrol|not_me'),
  },
  consent: {
    banks: () => call('consent|banks'),
    notice: (locale) => call('consent|notice', { locale }),
    save_set: (name, banks) => call('consent|save_set', { name, banks }),
    forget_set: (name) => call('consent|forget_set', { name }),
    agree: (form) => call('consent|agree', { form }),
    kept: (query_id) => call('consent|kept', { query_id }),
    save: (query_id) => call('consent|save', { query_id }),
    withdraw: (query_id) => call('consent|withdraw', { query_id }),
  },
  verify: {
    state: () => call('verify|state'),
    start: (kind) => call('verify|start', { kind }),
    confirm: (code) => call('verify|confirm', { code }),
    resend: () => call('verify|resend'),
    evidence: () => call('verify|evidence'),
    poll: () => call('verify|poll'),
    stop: (kind) => call('verify|stop', { kind }),
    withdraw_face: () => call('verify|withdraw_face'),
  },
  apply: {
    submit: () => call('apply|submit'),
    cancel: () => call('apply|cancel'),
  },
  collect: {
    state: () => call('collect|state'),
    refresh: () => call('collect|refresh'),
    retry: () => call('collect|retry'),
  },
  notify: {
    messages: () => call('notify|messages'),
  },
  unlock: {
    state: () => call('unlock|state'),
    open: (password) => call('unlock|open', password),
    lock: () => call('unlock|lock'),
    change: (both) => call('unlock|change', both),
    forgotten: () => call('unlock|forgotten'),
    forgotten_confirm: (code) => call('unlock|forgotten_confirm', { code }),
    forgotten_second: (kind) => call('unlock|forgotten_second', { kind }),
    forgotten_evidence: () => call('unlock|forgotten_evidence'),
    forgotten_poll: () => call('unlock|forgotten_poll'),
    forgotten_password: (password) => call('unlock|forgotten_password', password),
    by_biometrics: () => call('unlock|by_biometrics'),
    allow_biometrics: (password) => call('unlock|allow_biometrics', password),
    forget_biometrics: () => call('unlock|forget_biometrics'),
  },
  read: {
    report: () => report('read|report'),
    mark: (card, mark) => report('read|mark', { card, mark }),
    strange: (card, strange) => report('read|strange', { card, strange }),
    kit: (card) => call('read|kit', { card }),
    kit_tick: (card, step, done) => call('read|kit_tick', { card, step, done }),
    keep_note: (words) => report('read|keep_note', { words }),
    print: () => call('read|print'),
  },
  expire: {
    delete_now: (query_id) => call('expire|delete_now', { query_id }),
    record: (query_id) => call('expire|record', { query_id }),
    forget_note: (query_id) => call('expire|forget_note', { query_id }),
  },
  update: {
    state: () => call('update|state'),
    look: () => call('update|look'),
    install: (version) => call('update|install', { version }),
  },
};
