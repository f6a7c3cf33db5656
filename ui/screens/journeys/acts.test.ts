import { describe, expect } from 'vitest';
import { entries } from '../../src/lib/backend/fake/people';
import { id } from '../../src/lib/testids';
import { zhCN } from '../../src/lib/words/zh-CN';
import { desk, journey, phone, type Person } from './journey';

/** Fills the form of the enrolment; nothing is sent. */
async function form(person: Person): Promise<void> {
  await person.fill(id.enrolName, entries.name);
  await person.fill(id.enrolId, entries.id_number);
  await person.fill(id.enrolMobile, entries.mobile);
  await person.fill(id.enrolCard, entries.card_number);
}

async function enrol(person: Person, password: string): Promise<void> {
  await person.press(id.enrolBegin);
  await form(person);
  await person.press(id.enrolSubmit);
  await person.fill(id.codeField, entries.code);
  await person.fill(id.phraseField, entries.phrase);
  await person.press(id.phraseSubmit);
  await person.fill(id.passwordField, password);
  await person.fill(id.passwordAgain, password);
  await person.press(id.passwordSubmit);
  await person.press(id.enrolDone);
}

async function choose(person: Person): Promise<void> {
  await person.press(id.bankAll);
  await person.press(id.kind('debit'));
  await person.press(id.kind('credit'));
  await person.press(id.consentNext);
}

async function agree(person: Person): Promise<void> {
  await person.readOn();
  await person.press(id.consentSensitive);
  await person.press(id.consentHandover);
  await person.press(id.consentFace);
  await person.press(id.consentAgree);
}

async function prove(person: Person): Promise<void> {
  await person.press(id.verifyFace);
  await person.press(id.verifyEvidence);
  await person.press(id.codeSend);
  await person.fill(id.codeField, entries.code);
  await person.press(id.applySubmit);
}

describe('the nine acts', () => {
  journey.for([
    ['a phone', phone, entries.digits],
    ['a desktop', desk, entries.password],
  ] as const)('lead from the first start to the report on %s', async ([, size, password], { begin }) => {
    const person = await begin('new', {}, size);
    await enrol(person, password);
    await choose(person);
    await agree(person);
    await prove(person);
    await person.at('collect');
    await person.waits(20);
    expect(await person.reads(id.collectSay), 'banks settle one by one').toContain('5');
    expect(await person.text(), 'no figure of the report before the unlock').not.toContain('张卡');
    await person.waits(120);
    await person.press(id.homeNext);
    await person.at('unlock');
    expect(await person.text(), 'the phrase stands over the question').toContain(entries.phrase);
    await person.fill(id.passwordField, password);
    if (password === entries.password) await person.press(id.unlockSubmit);
    await person.at('read');
    await expect.poll(() => person.reads(id.reportTotal)).toContain('16');
  });

  journey('keep what was typed where it is refused', async ({ begin }) => {
    const person = await begin('new', { at: 'enrol', refuse: 'enrol.start:id_number_invalid' });
    await form(person);
    await person.press(id.enrolSubmit);
    await person.sees(id.refusal);
    expect(await person.reads(id.refusal)).toContain('证件号码不对');
    expect(await person.reads(id.enrolName)).toBe(entries.name);
    expect(await person.reads(id.enrolCard)).toBe(entries.card_number);
  });

  journey('keep what was typed on the way back', async ({ begin }) => {
    const person = await begin('new');
    await person.press(id.enrolBegin);
    await form(person);
    await person.press(id.back);
    await person.at('home');
    await person.press(id.enrolBegin);
    await person.sees(id.enrolName);
    expect([await person.reads(id.enrolName), await person.reads(id.enrolMobile)]).toEqual([
      entries.name,
      entries.mobile,
    ]);
  });

  journey('say how many tries a wrong code leaves, and keep its digits', async ({ begin }) => {
    const person = await begin('draft', { at: 'verify' });
    await person.press(id.verifyFace);
    await person.press(id.verifyEvidence);
    await person.press(id.codeSend);
    await person.fill(id.codeField, '000000');
    await person.sees(id.refusal);
    expect(await person.reads(id.refusal)).toContain('4');
    expect(await person.reads(id.codeField)).toBe('000000');
  });

  journey('keep what was chosen on the way back', async ({ begin }) => {
    const person = await begin('records');
    await person.press(id.homeNext);
    await choose(person);
    await person.sees(id.consentReadOn);
    await person.press(id.back);
    const chosen = (name: string): Promise<string | null> => person.page.getByTestId(name).getAttribute('aria-checked');
    expect(await chosen(id.bank('ICBC'))).toBe('true');
    await person.press(id.back);
    await person.at('home');
    await person.press(id.homeNext);
    expect([await chosen(id.bank('ICBC')), await chosen(id.kind('debit')), await chosen(id.kind('credit'))]).toEqual([
      'true',
      'true',
      'true',
    ]);
  });

  journey('go on where an application was left', async ({ begin }) => {
    const person = await begin('draft');
    expect(await person.reads(id.homeSay)).toBe(zhCN.home.draft);
    await person.press(id.homeNext);
    await person.press(id.verifyFace);
    await person.press(id.verifyEvidence);
    await person.sees(id.codeSend);
    await person.press(id.back);
    await person.at('home');
    await person.press(id.homeNext);
    await person.sees(id.codeSend);
  });

  journey('say that the network is away, and go on by themselves once it is back', async ({ begin }) => {
    const person = await begin('collecting', { at: 'collect' });
    await person.sees(id.collectSay);
    await person.page.context().setOffline(true);
    await expect.poll(() => person.text()).toContain(zhCN.common.offline);
    await person.page.context().setOffline(false);
    await expect.poll(() => person.text()).not.toContain(zhCN.common.offline);
  });

  journey('open a report without the network', async ({ begin }) => {
    const person = await begin('ready');
    await person.page.context().setOffline(true);
    await person.press(id.homeNext);
    await person.fill(id.passwordField, entries.digits);
    await person.at('read');
    await person.sees(id.reportTotal);
  });
});
