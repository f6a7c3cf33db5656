import type { FactorView } from '../types';
import { entries } from './people';
import { factor, iso, refuse, spans, type World } from './world';

/** A factor just begun. */
export const begun = (world: World, kind: FactorView['kind']): FactorView => ({
  ...factor(kind),
  state: 'open',
  expires_at: iso(world.now() + (kind === 'sms' ? 5 : 10) * spans.minute),
  resend_at: kind === 'sms' ? iso(world.now() + spans.minute) : null,
  tries_left: kind === 'sms' ? 5 : 3,
  check: kind === 'sms' ? { zh: '雪湖门', en: 'EDGY' } : null,
  bank: kind === 'card_bank' ? 'ICBC' : null,
});

/** The factor after a code was typed; a wrong one costs a try and is refused. */
export function tried(code: string, sms: FactorView): FactorView {
  if (code === entries.code) return { ...sms, state: 'passed' };
  const left = (sms.tries_left ?? 1) - 1;
  if (left === 0) sms.state = 'void';
  sms.tries_left = left;
  throw left === 0 ? refuse('code_ended') : refuse('code_wrong', { left });
}

/** The factor after its attestor was asked: a bank may take its time. */
export const asked = (world: World, view: FactorView | null): FactorView | null =>
  view && !(world.bankWaits && view.kind === 'card_bank') ? { ...view, state: 'passed' } : view;
