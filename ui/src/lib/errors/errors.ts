import type { ErrorCode, Refusal } from '../backend/types';

/** How a refusal is drawn: something to put right, or something that failed for safety. */
export type Tone = 'attention' | 'danger';
/** The one step offered beside the words. */
export type Step = 'retry' | 'home' | 'help' | 'enrol' | 'unlock' | 'forgotten' | 'none';
type Entry = { tone: Tone; step: Step };

const fix: Entry = { tone: 'attention', step: 'none' };
const retry: Entry = { tone: 'attention', step: 'retry' };
const home: Entry = { tone: 'attention', step: 'home' };
const danger: Entry = { tone: 'danger', step: 'help' };

/** Complete by type: a code without an entry does not compile. */
export const table: Record<ErrorCode, Entry> = {
  malformed: retry,
  unknown_field: retry,
  unsupported_version: fix,
  idempotency_missing: retry,
  idempotency_mismatch: retry,
  signature_missing: retry,
  signature_invalid: retry,
  signature_coverage: retry,
  clock_skew: retry,
  nonce_used: retry,
  digest_mismatch: retry,
  key_unknown: { tone: 'attention', step: 'enrol' },
  too_large: retry,
  media_type: retry,
  method_not_allowed: retry,
  not_found: home,
  in_progress: retry,
  state_changed: home,
  rate_limited: retry,
  sms_limit: { tone: 'attention', step: 'help' },
  busy: retry,
  maintenance: retry,
  internal: retry,
  identity_not_confirmed: fix,
  age_not_served: fix,
  document_not_served: fix,
  account_frozen: danger,
  device_on_hold: home,
  device_retired: danger,
  query_live: home,
  allowance_used: home,
  consent_known: home,
  consent_lapsed: home,
  consent_invalid: home,
  consent_notice_changed: fix,
  consent_bank_unknown: fix,
  consent_suite: home,
  consent_key: home,
  consent_times: home,
  face_consent_missing: fix,
  withdrawn: home,
  not_closed: home,
  retry_none_open: fix,
  retry_used_up: fix,
  expired: home,
  deleted: home,
  code_wrong: fix,
  code_ended: fix,
  code_expired: fix,
  verification_void: fix,
  verification_other_consent: fix,
  factor_missing: fix,
  face_not_matched: fix,
  card_bank_unavailable: fix,
  name_invalid: fix,
  id_number_invalid: fix,
  mobile_invalid: fix,
  card_number_invalid: fix,
  phrase_invalid: fix,
  no_bank_chosen: fix,
  no_kind_chosen: fix,
  notice_not_read: fix,
  separate_consent_missing: fix,
  directory_expired: retry,
  directory_refused: { tone: 'danger', step: 'retry' },
  offline: retry,
  timed_out: retry,
  answer_refused: { tone: 'danger', step: 'retry' },
  keychain_missing: { tone: 'danger', step: 'none' },
  keychain_locked: retry,
  keychain_denied: retry,
  keychain_cancelled: retry,
  keychain_not_set_up: retry,
  keychain_unavailable: retry,
  keychain_timed_out: retry,
  password_wrong: fix,
  password_wait: fix,
  password_short: fix,
  password_long: fix,
  password_weak: fix,
  password_characters: fix,
  kdf_parameters: { tone: 'danger', step: 'forgotten' },
  vault_unopenable: { tone: 'danger', step: 'forgotten' },
  locked: { tone: 'attention', step: 'unlock' },
  biometrics_not_set_up: fix,
  biometrics_changed: fix,
  biometrics_cancelled: retry,
  biometrics_locked_out: fix,
  biometrics_unavailable: retry,
  biometrics_off: fix,
  clock_doubtful: retry,
  disk_full: retry,
  storage_read_only: retry,
  storage_damaged: { tone: 'danger', step: 'enrol' },
  storage_newer: fix,
  no_query: home,
  wrong_state: home,
  not_printed: retry,
  update_unsigned: fix,
  update_unreadable: fix,
  update_unfinished: home,
  update_not_installed: retry,
};

const known: ReadonlySet<string> = new Set(Object.keys(table));

/** The entry a refusal belongs to. A code this build does not know is told as our own fault. */
export function codeOf(refusal: Refusal): ErrorCode {
  return known.has(refusal.code) ? refusal.code : 'internal';
}

/** Anything thrown, as a refusal. */
export function refusalOf(thrown: unknown): Refusal {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && typeof thrown.code === 'string') {
    const params = 'params' in thrown && typeof thrown.params === 'object' ? thrown.params : null;
    return { code: thrown.code as ErrorCode, params: (params ?? {}) as Refusal['params'] };
  }
  return { code: 'internal', params: {} };
}

/** Whether the keychain stands in the way: told on a page of its own. */
export const isKeychain = (refusal: Refusal): boolean => refusal.code.startsWith('keychain_');
