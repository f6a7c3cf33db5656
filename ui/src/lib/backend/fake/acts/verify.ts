import type { Backend } from '../../backend';
import type { VerifyView } from '../../types';
import { asked, begun, tried } from '../factors';
import type { Stage } from '../stage';

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
  };
}
