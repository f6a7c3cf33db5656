import { describe, expect, it } from 'vitest';
import type { Refusal } from '../backend/types';
import { codeOf, refusalOf, table } from './errors';

describe('refusals', () => {
  it('of a newer core are told as our own fault, never shown raw', () => {
    expect(codeOf({ code: 'from_the_future', params: {} } as unknown as Refusal)).toBe('internal');
  });

  it('are made of anything thrown, and carry nothing of it', () => {
    expect(refusalOf(new Error('/home/someone/secret'))).toEqual({ code: 'internal', params: {} });
    expect(refusalOf('text')).toEqual({ code: 'internal', params: {} });
    expect(refusalOf({ code: 'code_wrong', params: { left: 3 } })).toEqual({ code: 'code_wrong', params: { left: 3 } });
  });

  it('keep red for what failed for safety', () => {
    const red = Object.entries(table).filter(([, entry]) => entry.tone === 'danger');
    expect(red.map(([code]) => code)).not.toContain('code_wrong');
    expect(red.map(([code]) => code)).toContain('vault_unopenable');
  });
});
