import type { Backend } from '../../backend';
import type { EnrolView, FactorView } from '../../types';
import { asked, begun, tried } from '../factors';
import { entries, person } from '../people';
import type { Stage } from '../stage';
import { factor, iso, refuse, spans } from '../world';
import { choosePassword } from './unlock';

export function enrol(stage: Stage): Backend['enrol'] {
  const { world } = stage;
  let step: EnrolView['step'] = 'form';
  let sms = factor('sms');
  let proof: FactorView | null = null;
  const view = (): EnrolView => ({
    step: world.phase === 'enrolled' ? 'done' : step,
    check: sms.state === 'open' ? { zh: '羊沙兔', en: 'TEME' } : null,
    code_expires_at: sms.expires_at,
    resend_at: sms.resend_at,
    tries_left: sms.tries_left,
    mobile_masked: person.mobile,
    proof_kinds: ['face', 'card_bank'],
    proof,
    hold_until: world.holdUntil ? iso(world.holdUntil) : null,
  });
  const prove = (): EnrolView => {
    proof = asked(world, proof);
    if (proof?.state === 'passed') {
      step = 'password';
      world.holdUntil = world.now() + spans.day;
    }
    return view();
  };

  return {
    state: () => stage.command('enrol.state', view),
    start: () =>
      stage.command('enrol.start', () => {
        world.phase = 'enrolling';
        step = 'code';
        sms = begun(world, 'sms');
        return view();
      }),
    confirm: (code) =>
      stage.command('enrol.confirm', () => {
        sms = tried(code, sms);
        step = world.otherDevice ? 'proof' : 'password';
        return view();
      }),
    resend: () =>
      stage.command('enrol.resend', () => {
        sms = begun(world, 'sms');
        return view();
      }),
    prove: (kind) =>
      stage.command('enrol.prove', () => {
        proof = begun(world, kind);
        return view();
      }),
    proof_evidence: () => stage.command('enrol.proof_evidence', prove),
    proof_poll: () => stage.command('enrol.proof_poll', prove),
    phrase: (phrase) =>
      stage.command('enrol.phrase', () => {
        if ([...phrase].length < 4 || phrase === entries.digits) throw refuse('phrase_invalid');
        world.phrase = phrase;
        return view();
      }),
    password: (typed) => {
      const copy = typed.slice();
      return stage.command('enrol.password', () => {
        choosePassword(world, copy);
        world.phase = 'enrolled';
        world.vault = 'locked';
        return view();
      });
    },
    cancel: () =>
      stage.command('enrol.cancel', () => {
        // what the bank side confirmed is an account: it is deleted, not given up
        if (['password', 'done'].includes(view().step)) throw refuse('wrong_state');
        world.phase = 'not_enrolled';
        step = 'form';
        return view();
      }),
    not_me: () =>
      stage.command('enrol.not_me', () => {
        if (!world.otherDevice && world.takeover === null) throw refuse('not_found');
        if (world.takeover === 'done') world.takeover = 'frozen';
        world.otherDevice = false;
        stage.tell('account');
        return null;
      }),
  };
}
