import { describe, expect } from 'vitest';
import { entries } from '../../src/lib/backend/fake/people';
import { id } from '../../src/lib/testids';
import { zhCN } from '../../src/lib/words/zh-CN';
import { desk, journey } from './journey';

const day = 86_400;

describe('an open report', () => {
  journey('is locked by one press, and asks for the password again', async ({ begin }) => {
    const person = await begin('unlocked', { at: 'read' });
    await person.sees(id.card('1183'));
    await person.press(id.lock);
    await person.at('home');
    await person.misses(id.card('1183'));
    await person.press(id.homeNext);
    await person.at('unlock');
  });

  journey('warns before it locks by itself, and stays for who is still there', async ({ begin }) => {
    const person = await begin('unlocked', { at: 'read', idle: '60' });
    await person.sees(id.card('1183'));
    await person.waits(45);
    await person.press(id.confirmNo);
    await person.misses(id.confirmNo);
    await person.waits(30);
    await person.at('read');
    await person.waits(40);
    await person.at('home');
    await person.misses(id.card('1183'));
  });

  journey('ends while it is open: nothing of it stays, and a record does', async ({ begin }) => {
    const person = await begin('unlocked', { at: 'read', idle: '0' }, desk);
    await person.sees(id.card('1183'));
    await person.comesBackAfter(4 * day);
    await person.at('home');
    await person.misses(id.card('1183'));
    expect(await person.text()).not.toContain('1183');
    expect(await person.text()).toContain(zhCN.common.ended.expired);
  });

  journey('is deleted at once only by who says so twice', async ({ begin }) => {
    const person = await begin('unlocked', { at: 'read' });
    await person.press(id.deleteNow);
    await person.press(id.confirmNo);
    await person.at('read');
    await person.press(id.deleteNow);
    await person.press(id.confirmYes);
    await person.at('home');
    await person.press(id.record('3f0c2b1e-7a64-4f0e-9d55-0a1b2c3d4e5f'));
    await person.sees(id.recordSay);
    expect(await person.reads(id.recordSay)).toBe('报告已删除');
  });
});

describe('a closed report', () => {
  journey('makes who guesses wait, until the time it says', async ({ begin }) => {
    const person = await begin('ready');
    await person.press(id.homeNext);
    for (let wrong = 0; wrong < 5; wrong += 1) {
      await person.fill(id.passwordField, `00000${wrong}`);
      await expect.poll(() => person.reads(id.passwordField)).toBe('');
    }
    await person.sees(id.unlockWait);
    await person.waits(70);
    await person.misses(id.unlockWait);
    await person.fill(id.passwordField, entries.digits);
    await person.at('read');
  });

  journey('shows its phrase, and nothing of what it holds', async ({ begin }) => {
    const person = await begin('ready', { at: 'unlock' }, desk);
    await person.sees(id.passwordField);
    const text = await person.text();
    expect(text).toContain(entries.phrase);
    expect(text).not.toMatch(/张卡|1183|杭州/);
  });
});
