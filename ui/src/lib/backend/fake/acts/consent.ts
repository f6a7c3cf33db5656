import type { Backend } from '../../backend';
import { notice } from '../people';
import type { Stage } from '../stage';
import { iso, optionalFields, refuse, spans } from '../world';

export function consent(stage: Stage): Backend['consent'] {
  const { world } = stage;
  return {
    banks: () =>
      stage.command('consent.banks', () => ({
        banks: world.directory,
        last_set: world.lastSet,
        sets: world.sets,
        directory_version: 41,
      })),
    notice: (locale) => stage.command('consent.notice', () => notice(locale)),
    save_set: (name, codes) =>
      stage.command('consent.save_set', () => {
        world.sets = [...world.sets.filter((set) => set.name !== name), { name, banks: codes }];
        return world.sets;
      }),
    forget_set: (name) =>
      stage.command('consent.forget_set', () => (world.sets = world.sets.filter((set) => set.name !== name))),
    agree: (form) =>
      stage.command('consent.agree', () => {
        if (!form.read_to_end) throw refuse('notice_not_read');
        if (!form.sensitive || !form.handover) throw refuse('separate_consent_missing');
        if (form.banks.length === 0) throw refuse('no_bank_chosen');
        if (world.holdUntil > world.now()) throw refuse('device_on_hold', { until: iso(world.holdUntil) });
        world.face = form.face;
        world.lastSet = form.banks;
        world.leftOut = optionalFields.filter((field) => !form.fields.includes(field));
        world.openQuery(form.banks, world.now());
        return stage.query();
      }),
    kept: (query_id) =>
      stage.command('consent.kept', () => ({
        consent_id: '8d9e6f70-1a2b-4c3d-8e4f-5a6b7c8d9e0f',
        query_id,
        jws: 'eyJhbGciOiJFZERTQSJ9.made-up.made-up',
        digest: 'bnUUWuWXcK70kVycVIWTjXzyyas1km5_aIeFWyQvC1A',
        given_at: iso(world.start),
        expires_at: iso(world.start + 3 * spans.day),
        banks: world.directory.map((bank) => ({
          code: bank.code,
          name_zh: bank.name_zh,
          salt: 'AAECAwQFBgcICQoLDA0ODw',
        })),
        notice: notice('zh-CN'),
      })),
    save: () => stage.command('consent.save', () => true),
    withdraw: () => stage.command('consent.withdraw', () => world.end('withdrawn')),
  };
}
