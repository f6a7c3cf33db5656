/**
 * The shapes that cross the boundary between the core and the screens.
 * Instants are RFC 3339 strings in UTC; an absent fact is null. Names are snake_case in both directions.
 */

export type Profile = 'demo' | 'real';
export type Phase = 'not_enrolled' | 'enrolling' | 'enrolled';
export type VaultState = 'none' | 'locked' | 'waiting' | 'unlocked';
export type QueryState = 'prepared' | 'verifying' | 'sending' | 'collecting' | 'ready' | 'retrying' | 'ending';
export type Ended =
  'lapsed' | 'refused' | 'withdrawn' | 'deleted' | 'empty' | 'lost' | 'device_changed' | 'expired';
export type AnswerState = 'pending' | 'answered' | 'refused' | 'not_covered' | 'unanswered' | 'withdrawn';
export type FactorKind = 'sms' | 'face' | 'card_bank';
export type SecondKind = 'face' | 'card_bank';
export type Mark = 'mine' | 'not_sure' | 'not_mine';

/** Check characters of an SMS: three Chinese characters, or four letters. Shown, never typed. */
export type Check = { zh: string; en: string };
export type Params = Record<string, string | number>;
/** What every rejected command carries. `code` is one of the closed list in ./codes. */
export type Refusal = { code: string; params: Params };
export type Change = { what: 'query' | 'vault' | 'settings' | 'account' };

export type Who = { name: string; mobile: string; id_number: string };
export type Alarm = {
  kind: 'unknown_inquiry' | 'own_inquiry_missing' | 'envelope_refused';
  bank: string | null;
  at: string | null;
};
export type QueryView = {
  query_id: string;
  state: QueryState;
  banks_asked: number;
  banks_answered: number;
  given_at: string;
  apply_by: string;
  accepted_at: string | null;
  due_at: string | null;
  generated_at: string | null;
  ends_at: string | null;
  consent_expires_at: string;
  result_check: Check | null;
  can_retry: boolean;
  round: number;
  doubtful: boolean;
};
export type RecordRow = { query_id: string; ended: Ended; given_at: string; ended_at: string; banks: number };
export type HomeView = {
  profile: Profile;
  phase: Phase;
  who: Who | null;
  vault: VaultState;
  clock: 'sure' | 'doubtful';
  query: QueryView | null;
  records: RecordRow[];
  next_query_at: string | null;
  now: string;
  trouble: Refusal | null;
  alarms: Alarm[];
  phone_page: string | null;
};
export type Settings = {
  locale: 'system' | 'zh-CN' | 'en';
  theme: 'system' | 'light' | 'dark';
  elder: boolean;
  /** per cent, 100 to 150 */
  text_size: number;
  idle_lock_secs: number;
};
export type ProtectionView = {
  keychain: 'protected' | 'no_password' | 'unavailable';
  device_kid: string | null;
  directory_version: number | null;
  directory_expires_at: string | null;
  root_kid: string;
  last_inquiries: { query_id: string; at: string; known: boolean; bank: string }[];
};

export type FactorView = {
  kind: FactorKind;
  state: 'none' | 'open' | 'passed' | 'void';
  expires_at: string | null;
  resend_at: string | null;
  tries_left: number | null;
  check: Check | null;
  bank: string | null;
};
export type EnrolView = {
  step: 'form' | 'code' | 'proof' | 'password' | 'done';
  check: Check | null;
  code_expires_at: string | null;
  resend_at: string | null;
  tries_left: number | null;
  mobile_masked: string | null;
  proof_kinds: SecondKind[];
  proof: FactorView | null;
  hold_until: string | null;
};
export type EnrolForm = {
  name: string;
  id_type: 'CN_ID' | 'CN_FPR';
  id_number: string;
  mobile: string;
  card_number: string;
  locale: string;
  lost_device: boolean;
};

export type BankRow = {
  code: string;
  name_zh: string;
  name_en: string;
  short_zh: string;
  hotline: string;
  hotline_confirmed: boolean;
  kinds: string[];
  health: 'up' | 'degraded' | 'down';
  confirms_cards: boolean;
};
export type BanksView = { banks: BankRow[]; last_set: string[]; directory_version: number };
export type NoticeView = { version: string; locale: string; sha256: string; summary: string; text: string };
export type ConsentForm = {
  banks: string[];
  kinds: string[];
  fields: string[];
  sensitive: boolean;
  handover: boolean;
  face: boolean;
  notice_version: string;
  notice_sha256: string;
  locale: string;
  read_to_end: boolean;
};
export type KeptConsent = {
  consent_id: string;
  query_id: string;
  jws: string;
  digest: string;
  given_at: string;
  expires_at: string;
  banks: { code: string; name_zh: string; salt: string }[];
  notice: NoticeView;
};

export type VerifyView = {
  sms: FactorView;
  second: FactorView | null;
  second_kinds: SecondKind[];
  ready: boolean;
  apply_by: string;
};
/** Like a verification, for setting a new viewing password; it has no query and no apply_by. */
export type ResetView = Omit<VerifyView, 'apply_by'>;

export type BankAnswer = {
  bank: string;
  state: AnswerState;
  at: string | null;
  round: number;
  refusal: string | null;
};
export type CollectView = { query: QueryView; banks: BankAnswer[] };
export type MessagesView = { expected: { kind: string; check: Check; at: string }[] };

export type UnlockView = {
  state: VaultState;
  phrase: string | null;
  tries_left: number | null;
  wait_secs: number | null;
  style: 'passphrase' | 'digits';
};

export type CardView = {
  id: string;
  bank: string;
  product: string;
  kind: string;
  brand: string;
  number: string;
  tail: string;
  class: string | null;
  status: string;
  role: string;
  opened: string | null;
  city: string | null;
  last_used: string | null;
  flags: string[];
  mark: Mark | null;
};
export type BankReport = {
  bank: string;
  state: string;
  outcome: string | null;
  fault: string | null;
  as_of: string | null;
  omitted: number;
  used: string[];
  cards: CardView[];
  flags: string[];
};
export type Unusual = { flag: string; bank: string; card: string | null; count: number };
export type Totals = { bank: string; debit: number; credit: number; quasi_credit: number };
export type ReportView = {
  query: QueryView;
  total: number;
  totals: Totals[];
  unusual: Unusual[];
  banks: BankReport[];
  inquiries: { bank: string; query_id: string; at: string; known: boolean }[];
  changed_since_last: boolean | null;
};
export type KitView = {
  card: string;
  hotline: string;
  hotline_confirmed: boolean;
  steps: { id: string; done: boolean }[];
};
export type RecordView = {
  row: RecordRow;
  banks: BankAnswer[];
  consent_id: string;
  accepted_at: string | null;
  generated_at: string | null;
  receipts: { reason: string; at: string; jws: string }[];
  refusal: Refusal | null;
};
