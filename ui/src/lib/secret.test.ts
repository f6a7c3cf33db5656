import { describe, expect, it } from 'vitest';
import { both, bytesOf, foldDigits, withSecret } from './secret';

describe('a typed password', () => {
  it('is wiped even when it was refused', async () => {
    let seen: Uint8Array = new Uint8Array();
    await expect(
      withSecret('桂花要等十月才香', (bytes) => {
        seen = bytes;
        return Promise.reject(new Error('refused'));
      }),
    ).rejects.toThrow('refused');
    expect(
      seen.every((byte) => byte === 0),
      'no copy of ours outlives the call',
    ).toBe(true);
    expect(seen.length).toBeGreaterThan(0);
  });

  it('is the same however the keyboard composes it', () => {
    expect(bytesOf('e\u0301')).toEqual(bytesOf('\u00e9'));
  });

  it('travels with the old one before it, each to its length', () => {
    expect([...both(bytesOf('ab'), bytesOf('c'))]).toEqual([0, 0, 0, 2, 97, 98, 99]);
  });
});

describe('pasted numbers', () => {
  it('lose spaces, dashes and full width, and nothing else', () => {
    expect(foldDigits('１３８ 0013-8000')).toBe('13800138000');
    expect(foldDigits('9900 0019 9003 0700 1Ｘ')).toBe('99000019900307001X');
    expect(foldDigits('12a'), 'a letter is not silently dropped').toBe('12a');
  });
});
