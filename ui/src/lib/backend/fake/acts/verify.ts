import type { Backend } from '../../backend';
import type { VerifyView } from '../../types';
import { asked, begun, tried } from '../factors';
import type { Stage } from '../stage';
import { refuse } from '../world';

export function verify(stage: Stage): Backend['verify'] {
  const { world } = stage;
  const view = (): VerifyView => ({
    sms: { ...world.sms },
    second: world.second,
    second_kinds: world.face ? ['face', 'card_bank'] : ['card_bank'],
    ready: world.sms.state === 'passed' && world.second?.state === 'passed',
    apply_by: stage.query().apply_by,
  });
  const ask = (): VerifyView => {
    world.second = asked(world, world.second);
    return view();
  };
  return {
    state: () => stage.command('verify.state', view),
    start: (kind) =>
      stage.command('verify.start', () => {
        if (kind === 'sms') world.sms = begun(world, 'sms');
        else world.second = begun(world, kind);
        return view();
      }),
    confirm: (code) =>
      stage.command('verify.confirm', () => {
        world.sms = tried(code, world.sms);
        return view();
      }),
    resend: () =>
      stage.command('verify.resend', () => {
        world.sms = begun(world, 'sms');
        return view();
      }),
    evidence: () => stage.command('verify.evidence', ask),
    poll: () => stage.command('verify.poll', ask),
    stop: (kind) =>
      stage.command('verify.stop', () => {
        const waits = kind === 'sms' ? world.sms : world.second;
        if (waits?.kind !== kind || waits.state !== 'open') throw refuse('verification_void');
        waits.state = 'void';
        return view();
      }),
    withdraw_face: () =>
      stage.command('verify.withdraw_face', () => {
        if (!world.face) throw refuse('face_consent_missing');
        world.face = false;
        if (world.second?.kind === 'face') world.second = { ...world.second, state: 'void', tries_left: null };
        return view();
      }),
  };
}
