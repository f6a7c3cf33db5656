import type { Backend } from '../../backend';
import type { CompareView, HomeView } from '../../types';
import { person } from '../people';
import type { Stage } from '../stage';
import { iso, refuse, spans, World } from '../world';

export function settings(stage: Stage): Backend['settings'] {
  const { world } = stage;
  const home = (): HomeView => ({
    profile: world.profile,
    phase: world.phase,
    who: world.phase === 'enrolled' ? person : null,
    vault: world.vault,
    clock: world.doubtful ? 'doubtful' : 'sure',
    query: world.query ? stage.query() : null,
    records: world.records,
    next_query_at: world.nextAt ? iso(world.nextAt) : null,
    now: iso(world.now()),
    trouble: world.trouble,
    alarms: world.alarms,
    phone_page: 'http://127.0.0.1:47181/',
    takeover: world.takeover,
    hold_until: world.holdUntil ? iso(world.holdUntil) : null,
  });
  const compare = (): CompareView => ({
    on: world.compare,
    since: world.compare && world.query?.generated_at ? world.query.generated_at : null,
  });
  const clear = (): void => void Object.assign(world, new World());

  return {
    home: () => stage.command('settings.home', home),
    start: () => stage.command('settings.start', () => world.begins),
    link: () =>
      stage.command('settings.link', () => {
        const link = world.link;
        world.link = null;
        return link;
      }),
    demonstration: () => stage.command('settings.demonstration', () => null),
    alarms_seen: (alarms) =>
      stage.command('settings.alarms_seen', () => {
        const known = new Set(world.alarms.map((alarm) => alarm.id));
        if (!alarms.every((alarm) => known.has(alarm))) throw refuse('not_found');
        world.alarms = world.alarms.map((alarm) => (alarms.includes(alarm.id) ? { ...alarm, seen: true } : alarm));
        return null;
      }),
    get: () => stage.command('settings.get', () => world.settings),
    set: (wanted) => stage.command('settings.set', () => (world.settings = wanted)),
    protection: () =>
      stage.command('settings.protection', () => ({
        keychain: 'protected',
        device_kid: 'UDDReOZl1ipXAfp9wYsm13sDBMK5og--QWdBjzuf6o4',
        directory_version: 41,
        directory_expires_at: iso(world.start + 10 * spans.day),
        root_kid: 'nRIE2VmKdMjL1JD7tbV7fXVgXxmv0GKnMFWRUJMTf9Q',
        face_consent: world.face && ['prepared', 'verifying'].includes(world.query?.state ?? ''),
        last_inquiries: [{ query_id: '3f0c2b1e', at: iso(world.start), known: true, bank: 'ICBC' }],
      })),
    compare: () => stage.command('settings.compare', compare),
    set_compare: (on) =>
      stage.command('settings.set_compare', () => {
        world.compare = on;
        return compare();
      }),
    delete_account: () => stage.command('settings.delete_account', clear),
    erase_device: () => stage.command('settings.erase_device', clear),
  };
}
