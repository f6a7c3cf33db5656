import { describe, expect } from 'vitest';
import { entries } from '../../src/lib/backend/fake/people';
import { id } from '../../src/lib/testids';
import { desk, journey, type Person } from './journey';

/** Presses keys only, and sees where it is: every stop on the way must look different from when it is left. */
class Keys {
  /** stops that cannot be told from the rest of the page */
  unseen: string[] = [];

  constructor(readonly person: Person) {}

  async key(...names: string[]): Promise<void> {
    for (const name of names) await this.person.page.keyboard.press(name);
  }

  /** Goes on by Tab until it stands on a control. */
  async to(name: string, most = 90): Promise<void> {
    for (let stops = 0; stops < most; stops += 1) {
      if ((await this.standsOn()) === name) return;
      await this.key('Tab');
      await this.look();
    }
    throw new Error(`${name} is not reached by Tab; stands on ${await this.standsOn()}`);
  }

  /** Goes to a control and presses it. */
  async press(name: string, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
    await this.person.sees(name);
    await this.to(name);
    await this.key(key);
  }

  async type(name: string, text: string): Promise<void> {
    await this.person.sees(name);
    await this.to(name);
    await this.person.page.keyboard.insertText(text);
  }

  standsOn(): Promise<string> {
    return this.person.page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['testid'] ?? '');
  }

  /** Takes a picture around the control with the focus and without it. */
  private async look(): Promise<void> {
    const { page } = this.person;
    const held = await page.evaluateHandle(() => document.activeElement as HTMLElement);
    const stop = held.asElement();
    const box = await stop?.boundingBox();
    const name = await stop?.evaluate((node) => `${node.dataset['testid'] ?? node.outerHTML.slice(0, 80)}`);
    if (!stop || !box || name?.startsWith('<body')) return;
    const size = page.viewportSize() ?? desk;
    const x = Math.max(0, box.x - 14);
    const y = Math.max(0, box.y - 14);
    const clip = {
      x,
      y,
      width: Math.min(box.width + 28, size.width - x),
      height: Math.min(box.height + 28, size.height - y),
    };
    if (clip.width <= 0 || clip.height <= 0) return void this.unseen.push(`${name} is outside of the window`);
    const lit = await page.screenshot({ clip });
    await stop.evaluate((node) => node.blur());
    const plain = await page.screenshot({ clip });
    await stop.evaluate((node) => node.focus({ preventScroll: true }));
    if (lit.equals(plain)) this.unseen.push(`${name}`);
  }
}

describe('the keyboard alone', () => {
  journey('leads from the first start to the report, and shows at every stop where it is', async ({ begin }) => {
    const person = await begin('new', {}, desk);
    const keys = new Keys(person);
    await keys.press(id.enrolBegin);
    await keys.type(id.enrolName, entries.name);
    await keys.type(id.enrolId, entries.id_number);
    await keys.type(id.enrolMobile, entries.mobile);
    await keys.type(id.enrolCard, entries.card_number);
    await keys.key('Enter');
    await keys.type(id.codeField, entries.code);
    await keys.type(id.phraseField, entries.phrase);
    await keys.key('Enter');
    await keys.type(id.passwordField, entries.password);
    await keys.type(id.passwordAgain, entries.password);
    await keys.key('Enter');
    await keys.press(id.enrolDone);

    await keys.press(id.bankAll, 'Space');
    await keys.press(id.kind('debit'), 'Space');
    await keys.press(id.kind('credit'), 'Space');
    await keys.press(id.consentNext);
    // every part of the text is a stop, and passing it is reading it
    await person.sees(id.consentSensitive);
    await keys.press(id.consentSensitive, 'Space');
    await keys.press(id.consentHandover, 'Space');
    await keys.press(id.consentFace, 'Space');
    await keys.press(id.consentAgree);
    await keys.press(id.verifyFace);
    await keys.press(id.verifyEvidence);
    await keys.press(id.codeSend);
    await keys.type(id.codeField, entries.code);
    await keys.press(id.applySubmit);
    await person.at('collect');
    await person.waits(140);
    await keys.press(id.homeNext);
    await person.at('unlock');
    await keys.type(id.passwordField, entries.password);
    await keys.key('Enter');
    await person.at('read');
    expect(keys.unseen).toEqual([]);
  });

  journey('works a report: a card, what is known of it by arrows, and back by Esc', async ({ begin }) => {
    const person = await begin('unlocked', { at: 'read' }, desk);
    const keys = new Keys(person);
    await person.sees(id.card('1183'));
    await keys.press(id.card('1183'));
    await person.at('card');
    await keys.to(id.mark('mine'));
    // nothing is said yet: arrows look around, and only Space says it
    await keys.key('ArrowRight', 'ArrowRight', 'Space');
    await person.sees(id.kitStep('call_bank'));
    expect(await keys.standsOn()).toBe(id.mark('not_mine'));
    await keys.press(id.kitStep('call_bank'), 'Space');
    await keys.key('Escape');
    await person.at('read');
    expect(keys.unseen).toEqual([]);
  });

  journey('asks before it deletes: the safe answer has the focus, and Esc gives it', async ({ begin }) => {
    const person = await begin('unlocked', { at: 'read' }, desk);
    const keys = new Keys(person);
    await person.sees(id.card('1183'));
    await keys.press(id.deleteNow);
    await person.sees(id.confirmNo);
    await expect.poll(() => keys.standsOn()).toBe(id.confirmNo);
    await keys.key('Tab', 'Tab');
    expect(await keys.standsOn(), 'Tab stays inside the question').toMatch(/^confirm-/);
    await keys.key('Escape');
    await person.misses(id.confirmNo);
    await person.at('read');
    await expect.poll(() => keys.standsOn()).toBe(id.deleteNow);
  });

  journey('would not do where a stop looks like any other place', async ({ begin }) => {
    const person = await begin('new', {}, desk);
    const keys = new Keys(person);
    await person.page.evaluate(() => document.styleSheets[0]?.insertRule(':focus { outline: none !important }'));
    await keys.to(id.enrolBegin);
    expect(keys.unseen).toContain(id.enrolBegin);
  });
});
