import { entries } from '../src/lib/backend/fake/people';
import type { Scene } from '../src/lib/backend/fake/scene';
import { id } from '../src/lib/testids';

/** One thing a hand does. Controls are named by their test id. */
export type Move =
  | { press: string }
  | { type: string; text: string }
  /** brings every part of the text of the consent onto the screen */
  | { read: true }
  /** minutes go by, until this control shows, or leaves */
  | { minutes: number; until: string }
  | { minutes: number; gone: string };

export type Shot = {
  name: string;
  scene: Scene;
  at?: string;
  more?: Record<string, string>;
  moves?: Move[];
  /** elder mode has a way of its own here */
  notElder?: true;
};

/** The address that shows a picture's scene, as the fake backend reads it. */
export function addressOf(shot: Shot, how: Record<string, string>): string {
  return `?${new URLSearchParams({ scene: shot.scene, ...how, ...shot.more, ...(shot.at ? { at: shot.at } : {}) })}`;
}

const press = (name: string): Move => ({ press: name });
const type = (name: string, text: string): Move => ({ type: name, text });
const form: Move[] = [
  type(id.enrolName, entries.name),
  type(id.enrolId, entries.id_number),
  type(id.enrolMobile, entries.mobile),
  type(id.enrolCard, entries.card_number),
  press(id.enrolSubmit),
];
/** a whole code is sent by itself */
const code: Move[] = [type(id.codeField, entries.code)];
const phrase: Move[] = [type(id.phraseField, entries.phrase), press(id.phraseSubmit)];
const chosen: Move[] = [press(id.bankAll), press(id.kind('debit')), press(id.kind('credit')), press(id.consentNext)];
const proven: Move[] = [press(id.verifyFace), press(id.verifyEvidence)];
/** six minutes after a code was sent it is too old */
const old: Move = { minutes: 6, until: id.codeResend };
/** a report of these scenes ends after three and a half days; a screen that shows it is kept from locking before */
const end = 84 * 60;
const ended: Move = { minutes: end, gone: id.lock };
const record = '5d1f0a22-0000-4000-8000-000000000001';

/** Every screen in every situation worth looking at. Pictures are taken of these, and they are searched for barriers. */
export const shots: Shot[] = [
  { name: 'home-welcome', scene: 'new' },
  { name: 'home-none', scene: 'none' },
  { name: 'home-records', scene: 'records' },
  { name: 'home-draft', scene: 'draft' },
  { name: 'home-collecting', scene: 'collecting' },
  { name: 'home-ready', scene: 'ready' },
  { name: 'home-alarm', scene: 'ready', more: { alarm: '1' } },
  { name: 'home-keychain', scene: 'ready', more: { trouble: 'keychain_locked' } },
  { name: 'home-doubtful', scene: 'ready', more: { doubtful: '1' } },
  { name: 'home-unsure', scene: 'ready', more: { doubtful: '1', past: '1' } },
  { name: 'home-takeover', scene: 'ready', more: { takeover: 'done' } },
  { name: 'home-frozen', scene: 'records', more: { takeover: 'frozen' } },
  { name: 'home-hold', scene: 'none', more: { hold: '1' } },
  { name: 'home-delete', scene: 'ready', moves: [press(id.homeDelete)] },
  { name: 'home-loading', scene: 'ready', more: { stuck: 'settings.home' } },
  { name: 'home-offline', scene: 'ready', more: { offline: '1' } },
  { name: 'home-refused', scene: 'ready', more: { refuse: 'settings.home:storage_damaged' } },
  { name: 'home-ended', scene: 'ready', moves: [{ minutes: end, gone: id.homeNext }] },
  { name: 'home-locked', scene: 'unlocked', at: 'read', moves: [press(id.lock)], notElder: true },
  { name: 'home-withdraw', scene: 'collecting', moves: [press(id.homeWithdraw)] },
  { name: 'start-what', scene: 'new', more: { real: '1' } },
  { name: 'start-yours', scene: 'new', more: { real: '1' }, moves: [press(id.startNext)] },
  { name: 'start-calm', scene: 'new', more: { real: '1' }, moves: [press(id.startNext), press(id.startNext)] },
  {
    name: 'start-choose',
    scene: 'new',
    more: { real: '1', federation: '北方银行卡查询联盟' },
    moves: [press(id.startSkip)],
  },
  { name: 'start-none', scene: 'new', more: { real: '1' }, moves: [press(id.startSkip)] },
  {
    name: 'start-refused',
    scene: 'new',
    more: { real: '1', config: 'unknown_root', 'no-demo': '1' },
    moves: [press(id.startSkip)],
  },
  { name: 'enrol-form', scene: 'new', at: 'enrol' },
  {
    name: 'enrol-refused',
    scene: 'new',
    at: 'enrol',
    more: { refuse: 'enrol.start:id_number_invalid' },
    moves: form,
  },
  { name: 'enrol-code', scene: 'new', at: 'enrol', moves: form },
  { name: 'enrol-old-code', scene: 'new', at: 'enrol', moves: [...form, old] },
  { name: 'enrol-loading', scene: 'new', at: 'enrol', more: { stuck: 'enrol.state' } },
  {
    name: 'enrol-offline',
    scene: 'new',
    at: 'enrol',
    more: { offline: '1', refuse: 'enrol.start:offline' },
    moves: form,
  },
  { name: 'enrol-phrase', scene: 'new', at: 'enrol', moves: [...form, ...code] },
  { name: 'enrol-password', scene: 'new', at: 'enrol', moves: [...form, ...code, ...phrase] },
  { name: 'consent-loading', scene: 'records', at: 'consent', more: { stuck: 'consent.banks' } },
  { name: 'consent-offline', scene: 'records', at: 'consent', more: { offline: '1', refuse: 'consent.banks:offline' } },
  {
    name: 'consent-second',
    scene: 'records',
    at: 'consent',
    more: { refuse: 'consent.agree:allowance_used' },
    moves: [...chosen, { read: true }, press(id.consentSensitive), press(id.consentHandover), press(id.consentAgree)],
  },
  { name: 'consent-banks', scene: 'records', at: 'consent' },
  {
    name: 'consent-set',
    scene: 'records',
    at: 'consent',
    moves: [press(id.bank('ICBC')), press(id.bank('CCB')), press(id.setBegin), type(id.setName, '工资卡')],
  },
  {
    name: 'consent-less',
    scene: 'records',
    at: 'consent',
    moves: [press(id.lessOpen), press(id.less('city')), press(id.less('last_used')), press(id.bankSet('家人常用'))],
  },
  { name: 'consent-notice', scene: 'records', at: 'consent', moves: chosen },
  { name: 'consent-agree', scene: 'records', at: 'consent', moves: [...chosen, { read: true }] },
  { name: 'kept', scene: 'ready', at: 'kept', more: { query_id: record } },
  { name: 'verify-ways', scene: 'draft', at: 'verify' },
  { name: 'verify-card', scene: 'draft', at: 'verify', more: { 'bank-waits': '1' }, moves: [press(id.verifyCardBank)] },
  { name: 'verify-face', scene: 'draft', at: 'verify', moves: [press(id.verifyFace)] },
  { name: 'verify-send', scene: 'draft', at: 'verify', moves: proven },
  {
    name: 'verify-code',
    scene: 'draft',
    at: 'verify',
    moves: [...proven, press(id.codeSend), type(id.codeField, '407')],
  },
  {
    name: 'verify-wrong',
    scene: 'draft',
    at: 'verify',
    moves: [...proven, press(id.codeSend), type(id.codeField, '000000')],
  },
  { name: 'verify-old-code', scene: 'draft', at: 'verify', moves: [...proven, press(id.codeSend), old] },
  {
    name: 'verify-many',
    scene: 'draft',
    at: 'verify',
    more: { refuse: 'verify.start:sms_limit' },
    moves: [press(id.verifyFace)],
  },
  {
    name: 'verify-failed',
    scene: 'draft',
    at: 'verify',
    more: { refuse: 'verify.evidence:face_not_matched' },
    moves: proven,
  },
  { name: 'verify-loading', scene: 'draft', at: 'verify', more: { stuck: 'verify.state' } },
  { name: 'verify-lapsed', scene: 'draft', at: 'verify', more: { refuse: 'verify.state:consent_lapsed' } },
  { name: 'apply', scene: 'draft', at: 'verify', moves: [...proven, press(id.codeSend), ...code] },
  { name: 'apply-lapsed', scene: 'none', at: 'apply' },
  { name: 'collect', scene: 'collecting', at: 'collect' },
  { name: 'collect-early', scene: 'collecting', at: 'read', more: { unlocked: '1' } },
  {
    name: 'apply-offline',
    scene: 'draft',
    at: 'apply',
    more: { refuse: 'apply.submit:offline' },
    moves: [press(id.applySubmit)],
  },
  { name: 'collect-loading', scene: 'collecting', at: 'collect', more: { stuck: 'collect.state' } },
  { name: 'collect-offline', scene: 'collecting', at: 'collect', more: { offline: '1' } },
  {
    name: 'collect-refused',
    scene: 'collecting',
    at: 'collect',
    more: { refuse: 'collect.refresh:offline' },
    moves: [press(id.collectRefresh)],
  },
  { name: 'collect-withdrawn', scene: 'collecting', at: 'collect', more: { refuse: 'collect.state:withdrawn' } },
  { name: 'collect-retrying', scene: 'ready', at: 'collect', moves: [press(id.retry)] },
  { name: 'collect-closed', scene: 'ready', at: 'collect' },
  { name: 'notify', scene: 'collecting', at: 'notify' },
  { name: 'notify-not-me', scene: 'ready', at: 'notify', more: { 'other-device': '1' } },
  {
    name: 'notify-not-me-asked',
    scene: 'ready',
    at: 'notify',
    more: { 'other-device': '1' },
    moves: [press(id.notMe)],
  },
  { name: 'unlock', scene: 'ready', at: 'unlock' },
  { name: 'unlock-wrong', scene: 'wrong', at: 'unlock' },
  { name: 'unlock-wait', scene: 'waiting', at: 'unlock' },
  { name: 'forgotten', scene: 'ready', at: 'forgotten' },
  { name: 'forgotten-back', scene: 'records', at: 'forgotten', more: { takeover: 'frozen' } },
  { name: 'biometrics', scene: 'ready', at: 'biometrics', more: { biometrics: 'off' } },
  { name: 'unlock-biometrics', scene: 'ready', at: 'unlock', more: { biometrics: 'on' } },
  {
    name: 'unlock-changed',
    scene: 'ready',
    at: 'unlock',
    more: { biometrics: 'on', refuse: 'unlock.by_biometrics:biometrics_changed' },
    moves: [press(id.biometricsOpen)],
  },
  { name: 'password', scene: 'unlocked', at: 'password' },
  { name: 'report', scene: 'unlocked', at: 'read' },
  {
    name: 'report-changed',
    scene: 'unlocked',
    at: 'read',
    more: { compare: '1', alarm: '1' },
    moves: [press(id.inquiries)],
    notElder: true,
  },
  {
    name: 'report-narrowed',
    scene: 'unlocked',
    at: 'read',
    moves: [press(id.filter('debit')), press(id.reportMore), type(id.reportSearch, '杭州')],
    notElder: true,
  },
  {
    name: 'report-no-match',
    scene: 'unlocked',
    at: 'read',
    moves: [type(id.reportSearch, '9999 海口')],
    notElder: true,
  },
  { name: 'report-table', scene: 'unlocked', at: 'read', moves: [press(id.chartTable)], notElder: true },
  { name: 'report-loading', scene: 'unlocked', at: 'read', more: { stuck: 'read.report' } },
  { name: 'report-partial', scene: 'unlocked', at: 'read', more: { pending: '1' } },
  { name: 'report-none', scene: 'unlocked', at: 'read', more: { found: 'none' } },
  { name: 'report-failed', scene: 'unlocked', at: 'read', more: { found: 'failed' } },
  { name: 'report-offline', scene: 'unlocked', at: 'read', more: { offline: '1' } },
  { name: 'report-refused', scene: 'unlocked', at: 'read', more: { refuse: 'read.report:storage_read_only' } },
  { name: 'report-over', scene: 'unlocked', at: 'read', more: { refuse: 'read.report:expired' } },
  { name: 'report-ended', scene: 'unlocked', at: 'read', more: { idle: '0' }, moves: [ended] },
  { name: 'report-many', scene: 'many', at: 'read', more: { unlocked: '1', compare: '1' } },
  {
    name: 'report-many-narrowed',
    scene: 'many',
    at: 'read',
    more: { unlocked: '1' },
    moves: [press(id.filter('attention')), type(id.reportSearch, '青屿 2024')],
    notElder: true,
  },
  {
    name: 'report-many-table',
    scene: 'many',
    at: 'read',
    more: { unlocked: '1' },
    moves: [press(id.chartTable)],
    notElder: true,
  },
  { name: 'report-delete', scene: 'unlocked', at: 'read', moves: [press(id.deleteNow)], notElder: true },
  { name: 'card', scene: 'unlocked', at: 'card', more: { card: 'PAB-1183', compare: '1' } },
  {
    name: 'card-not-mine',
    scene: 'unlocked',
    at: 'card',
    more: { card: 'PAB-1183' },
    moves: [press(id.mark('not_mine'))],
  },
  {
    name: 'card-strange',
    scene: 'unlocked',
    at: 'card',
    more: { card: 'PAB-1183' },
    moves: [press(id.strange), press(id.why('online'))],
  },
  { name: 'card-flags', scene: 'unlocked', at: 'card', more: { card: 'ICBC-8812' } },
  {
    name: 'card-credit',
    scene: 'unlocked',
    at: 'card',
    more: { card: 'COMM-6012' },
    moves: [press(id.closing('blocks'))],
  },
  {
    name: 'card-kit',
    scene: 'unlocked',
    at: 'card',
    more: { card: 'PAB-1183', ticks: 'PAB-1183/call_bank,PAB-1183/ask_what_blocks' },
    moves: [press(id.mark('not_mine')), press(id.closing('bring')), press(id.closing('blocks'))],
  },
  {
    name: 'card-keep',
    scene: 'unlocked',
    at: 'card',
    more: { card: 'PAB-1183' },
    moves: [press(id.mark('not_mine')), press(id.noteOpen), type(id.noteField, '平安尾号 1183，找李经理')],
  },
  {
    name: 'card-kept',
    scene: 'unlocked',
    at: 'card',
    more: { card: 'PAB-1183', ticks: 'PAB-1183/call_bank', note: '银行说三个工作日内答复，找李经理。' },
  },
  { name: 'card-refused', scene: 'unlocked', at: 'card', more: { card: 'PAB-1183', refuse: 'read.report:expired' } },
  {
    name: 'letter-refused',
    scene: 'unlocked',
    at: 'letter',
    more: { card: 'PAB-1183', refuse: 'read.report:expired' },
  },
  {
    name: 'letter-not-printed',
    scene: 'unlocked',
    at: 'letter',
    // a telephone is never asked to print
    more: { card: 'PAB-1183', refuse: 'read.print:not_printed', system: 'desktop' },
    moves: [press(id.letterPrint)],
  },
  { name: 'card-loading', scene: 'unlocked', at: 'card', more: { card: 'PAB-1183', stuck: 'read.report' } },
  { name: 'card-ended', scene: 'unlocked', at: 'card', more: { card: 'PAB-1183', idle: '0' }, moves: [ended] },
  { name: 'card-less', scene: 'unlocked', at: 'card', more: { card: 'ICBC-1496', 'left-out': 'city,last_used' } },
  { name: 'letter', scene: 'unlocked', at: 'letter', more: { card: 'PAB-1183' } },
  { name: 'places', scene: 'unlocked', at: 'places', more: { compare: '1' } },
  { name: 'record', scene: 'records', at: 'record', more: { query_id: record } },
  {
    name: 'record-note',
    scene: 'records',
    at: 'record',
    more: { query_id: record, note: '银行说三个工作日内答复，找李经理。' },
  },
  { name: 'records', scene: 'records', at: 'records' },
  { name: 'settings', scene: 'unlocked', at: 'settings' },
  { name: 'settings-biometrics', scene: 'unlocked', at: 'settings', more: { biometrics: 'on' } },
  { name: 'settings-compare', scene: 'unlocked', at: 'settings', moves: [press(id.settingsCompare)] },
  { name: 'protection', scene: 'unlocked', at: 'protection' },
  { name: 'unlock-refused', scene: 'ready', at: 'unlock', more: { refuse: 'unlock.state:keychain_locked' } },
  {
    name: 'record-refused',
    scene: 'records',
    at: 'record',
    more: { query_id: record, refuse: 'expire.record:storage_damaged' },
  },
  { name: 'notify-refused', scene: 'ready', at: 'notify', more: { refuse: 'notify.messages:storage_damaged' } },
  {
    name: 'protection-refused',
    scene: 'ready',
    at: 'protection',
    more: { refuse: 'settings.protection:keychain_unavailable' },
  },
  { name: 'help', scene: 'new', at: 'help' },
  { name: 'about', scene: 'ready', at: 'about' },
  {
    name: 'about-new',
    scene: 'ready',
    at: 'about',
    more: { real: '1', 'new-version': 'installs' },
    moves: [press(id.updateLook)],
  },
  {
    name: 'about-unsigned',
    scene: 'ready',
    at: 'about',
    more: { real: '1', 'new-version': 'installs', refuse: 'update.install:update_unsigned' },
    moves: [press(id.updateLook), press(id.updateInstall)],
  },
];
