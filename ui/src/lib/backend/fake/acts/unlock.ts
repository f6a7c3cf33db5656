import type { Backend } from '../../backend';
import type { FactorView, ResetView, UnlockView } from '../../types';
import { asked, begun, tried } from '../factors';
import type { Stage } from '../stage';
import { factor, refuse, spans, type World } from '../world';

const waits = [spans.minute, 5 * spans.minute, 15 * spans.minute, spans.hour, spans.day];

/** Takes a new viewing password, or refuses it as the core would. */
export function choosePassword(world: World, typed: Uint8Array): void {
  const text = new TextDecoder().decode(typed);
  if (!/^\d{6}$/.test(text) && [...text].length < 8) throw refuse('password_short');
  if (/^(\d)\1+$/.test(text) || text === '123456') throw refuse('password_weak');
  world.password = text;
  world.style = /^\d{6}$/.test(text) ? 'digits' : 'passphrase';
  world.wrong = 0;
  world.waitUntil = 0;
}

export function unlock(stage: Stage): Backend['unlock'] {
  const { world } = stage;
  let sms = factor('sms');
  let second: FactorView | null = null;
  const view = (): UnlockView => {
    const wait = Math.ceil((world.waitUntil - world.now()) / 1000);
    return {
      state: wait > 0 ? 'waiting' : world.vault,
      phrase: world.phrase,
      // after a wait there is one try before the next
      tries_left: world.wrong > 0 ? Math.max(1, 5 - world.wrong) : null,
      wait_secs: wait > 0 ? wait : null,
      style: world.style,
      biometrics: world.vault === 'none' ? 'none' : world.biometrics,
    };
  };
  const reset = (): ResetView => {
    const ready = sms.state === 'passed' && second?.state === 'passed';
    // an account frozen by "not me" comes back to this device with both factors
    if (ready && world.takeover === 'frozen') world.takeover = null;
    return { sms: { ...sms }, second, second_kinds: ['face', 'card_bank'], ready };
  };
  const ask = (): ResetView => {
    second = asked(world, second);
    return reset();
  };
  const right = (text: string): void => {
    if (world.waitUntil > world.now())
      throw refuse('password_wait', { seconds: Math.ceil((world.waitUntil - world.now()) / 1000) });
    if (text === world.password) {
      world.wrong = 0;
      return;
    }
    world.wrong += 1;
    if (world.wrong >= 5) world.waitUntil = world.now() + (waits[Math.min(world.wrong - 5, 4)] ?? spans.day);
    throw refuse('password_wrong', { left: Math.max(0, 5 - world.wrong) });
  };

  const open = (): UnlockView => {
    world.vault = 'unlocked';
    return view();
  };

  return {
    state: () => stage.command('unlock.state', view),
    open: (typed) => {
      const text = new TextDecoder().decode(typed);
      return stage.command('unlock.open', () => {
        right(text);
        return open();
      });
    },
    lock: () =>
      stage.command('unlock.lock', () => {
        world.vault = 'locked';
        return view();
      }),
    change: (both) => {
      const length = new DataView(both.buffer, both.byteOffset).getUint32(0);
      const [old, fresh] = [both.slice(4, 4 + length), both.slice(4 + length)];
      return stage.command('unlock.change', () => {
        right(new TextDecoder().decode(old));
        choosePassword(world, fresh);
        return view();
      });
    },
    forgotten: () =>
      stage.command('unlock.forgotten', () => {
        sms = begun(world, 'sms');
        return reset();
      }),
    forgotten_confirm: (code) =>
      stage.command('unlock.forgotten_confirm', () => {
        sms = tried(code, sms);
        return reset();
      }),
    forgotten_second: (kind) =>
      stage.command('unlock.forgotten_second', () => {
        second = begun(world, kind);
        return reset();
      }),
    forgotten_evidence: () => stage.command('unlock.forgotten_evidence', ask),
    forgotten_poll: () => stage.command('unlock.forgotten_poll', () => (second?.kind === 'face' ? reset() : ask())),
    forgotten_password: (typed) => {
      const copy = typed.slice();
      return stage.command('unlock.forgotten_password', () => {
        choosePassword(world, copy);
        world.end('lost');
        world.nextAt = null;
        world.vault = 'locked';
        if (world.biometrics === 'on') world.biometrics = 'off';
        return view();
      });
    },
    by_biometrics: () =>
      stage.command('unlock.by_biometrics', () => {
        if (world.biometrics !== 'on') throw refuse('biometrics_off');
        return open();
      }),
    allow_biometrics: (typed) => {
      const text = new TextDecoder().decode(typed);
      return stage.command('unlock.allow_biometrics', () => {
        right(text);
        world.biometrics = 'on';
        return view();
      });
    },
    forget_biometrics: () =>
      stage.command('unlock.forget_biometrics', () => {
        world.biometrics = 'off';
        return view();
      }),
  };
}
