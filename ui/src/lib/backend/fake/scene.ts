import type { Screen } from '../../screens';
import type { BankReport, ErrorCode, Settings, StartView } from '../types';
import { fake, type Fake } from './fake';
import { noteOf } from './acts/read';
import { manyBanks, manyOf } from './many';
import { entries, reportOf } from './people';
import { iso, refuse, spans, World } from './world';

const old = (query_id: string, given: string, ended: string, n: number): World['records'][number] => ({
  query_id,
  ended: 'expired',
  given_at: given,
  ended_at: ended,
  banks: n,
  replaces: false,
});

export const scenes = [
  'new',
  'none',
  'records',
  'draft',
  'collecting',
  'ready',
  'unlocked',
  'many',
  'wrong',
  'waiting',
] as const;
export type Scene = (typeof scenes)[number];

/** A world in one of the situations a screen must be able to draw. */
export function scene(name: Scene): World {
  const world = new World();
  if (name === 'new') return world;
  world.phase = 'enrolled';
  world.vault = 'locked';
  world.phrase = entries.phrase;
  world.password = entries.digits;
  world.style = 'digits';
  if (name === 'none') return world;
  world.records = [
    old('5d1f0a22-0000-4000-8000-000000000001', '2026-08-03T02:06:00.000Z', '2026-08-10T16:00:00.000Z', 28),
    old('5d1f0a22-0000-4000-8000-000000000002', '2026-03-15T03:20:00.000Z', '2026-03-22T16:00:00.000Z', 28),
    old('5d1f0a22-0000-4000-8000-000000000003', '2025-10-09T06:00:00.000Z', '2025-10-16T16:00:00.000Z', 26),
  ];
  if (name === 'many') {
    world.directory = manyBanks;
    world.style = 'passphrase';
    world.password = entries.password;
    world.part = manyOf;
  }
  const codes = world.directory.map((bank) => bank.code);
  world.lastSet = codes.slice(0, 26);
  world.sets = [{ name: '家人常用', banks: codes.slice(0, 6) }];
  if (name === 'records') return world;
  if (name === 'draft') {
    world.openQuery(codes, world.now());
    world.face = true;
    return world;
  }
  if (name === 'collecting') {
    world.openQuery(codes, world.now() - spans.hour);
    world.accept(world.now() - spans.hour);
    world.answer(11, world.now() - 50 * spans.minute);
    return world;
  }
  // issued on the 20th, so that three days and some hours are left
  const generated = world.start - 4 * spans.day - 2.3 * spans.hour;
  world.openQuery(codes, generated - 6 * spans.hour);
  world.accept(generated - 6 * spans.hour);
  world.close(generated);
  if (world.query) world.query.ends_at = iso(Date.parse('2026-11-27T16:00:00.000Z'));
  if (name === 'unlocked') world.vault = 'unlocked';
  if (name === 'wrong') world.wrong = 1;
  if (name === 'waiting') {
    world.wrong = 6;
    world.waitUntil = world.now() + 272 * spans.second;
  }
  return world;
}

/** The banks that gave nothing are asked again, and two more have not answered yet. */
function retrying(world: World): void {
  if (!world.query) return;
  world.query.state = 'retrying';
  world.query.can_retry = false;
  world.query.banks = world.query.banks.map((bank) =>
    bank.state === 'unanswered' || ['ABC', 'PSBC'].includes(bank.bank) ? { ...bank, state: 'pending' } : bank,
  );
}

/** A bank's part where no card was found, or where nothing at all could be read. */
const without = (found: string, part: BankReport): BankReport => ({
  ...part,
  cards: [],
  flags: [],
  ...(found === 'none'
    ? { outcome: part.cards.length > 0 ? 'none' : part.outcome }
    : { outcome: 'ledger_unavailable' }),
});

/** `?scene=ready&lang=en&theme=dark&elder=1&size=130&idle=60&still=1&refuse=unlock.open:keychain_locked` */
export function fromAddress(search: string): { backend: Fake; start?: Screen } {
  const wanted = new URLSearchParams(search);
  const name = scenes.find((s) => s === wanted.get('scene')) ?? 'new';
  const world = scene(name);
  world.settings = {
    ...world.settings,
    locale: (wanted.get('lang') ?? 'system') as Settings['locale'],
    theme: (wanted.get('theme') ?? 'system') as Settings['theme'],
    elder: wanted.has('elder'),
    text_size: Number(wanted.get('size') ?? 100),
    idle_lock_secs: Number(wanted.get('idle') ?? world.settings.idle_lock_secs),
  };
  const refusal = wanted.get('refuse')?.split(':');
  if (refusal?.[0] && refusal[1]) world.refusals.set(refusal[0], refuse(refusal[1] as ErrorCode));
  const trouble = wanted.get('trouble');
  if (trouble) world.trouble = refuse(trouble as ErrorCode);
  if (wanted.has('alarm')) world.alarm('CMB');
  if (wanted.has('real')) world.profile = 'real';
  if (wanted.has('new-version')) {
    const installs = wanted.get('new-version') === 'installs';
    world.update = { ...world.update, address: 'https://new.example.cn/mingxia', installs };
    world.announced = { version: '0.2.0', notes: '打开更快。\n长辈版的字更清楚。' };
  }
  world.system = (wanted.get('system') ?? 'desktop') as World['system'];
  world.begins = {
    federation: wanted.get('federation'),
    refused: wanted.get('config') as StartView['refused'],
    demonstration: !wanted.has('no-demo'),
  };
  world.doubtful = wanted.has('doubtful');
  if (wanted.has('past') && world.query) world.query.ends_at = iso(world.now() - spans.minute);
  world.bankWaits = wanted.has('bank-waits');
  world.otherDevice = wanted.has('other-device');
  world.compare = wanted.has('compare');
  world.biometrics = (wanted.get('biometrics') ?? 'none') as World['biometrics'];
  if (wanted.has('unlocked')) world.vault = 'unlocked';
  if (wanted.has('pending')) retrying(world);
  const found = wanted.get('found');
  if (found) world.part = (code, asOf) => without(found, reportOf(code, asOf));
  if (wanted.has('offline')) Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
  wanted.getAll('stuck').forEach((command) => world.stuck.add(command));
  world.leftOut = wanted.get('left-out')?.split(',') ?? [];
  world.strange = new Set(wanted.get('strange')?.split(',') ?? []);
  for (const tick of wanted.get('ticks')?.split(',') ?? []) world.ticks.set(tick, true);
  const note = wanted.get('note');
  const noted = world.query?.query_id ?? world.records[0]?.query_id;
  if (note && noted) world.notes.set(noted, noteOf(world, note));
  if (wanted.has('hold')) world.holdUntil = world.now() + 20 * spans.hour;
  if (wanted.has('takeover')) world.takeover = wanted.get('takeover') as 'done' | 'frozen';
  const made = fake(world);
  if (!wanted.has('still')) goOn(made);
  const at = wanted.get('at');
  const carried = Object.fromEntries(['card', 'query_id'].map((name) => [name, wanted.get(name)]));
  return at ? { backend: made, start: { at, ...carried } as unknown as Screen } : { backend: made };
}

/** Lets time do what it does: banks answer one by one, the last of them closes the query, and a report ends. */
function goOn(made: Fake): void {
  const { world } = made;
  setInterval(() => {
    const query = world.query;
    if (query?.state !== 'collecting') return;
    const before = query.banks_answered;
    world.answer(1, world.now());
    if (query.banks_answered === before) world.close(world.now());
    made.tell('query');
  }, 4000);
  setInterval(() => {
    const ends = world.query?.ends_at;
    if (!ends || Date.parse(ends) > world.now()) return;
    world.end('expired');
    world.vault = 'locked';
    made.tell('query');
  }, 1000);
}
