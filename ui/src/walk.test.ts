import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import App from './App.svelte';
import { fake } from '$lib/backend/fake/fake';
import { entries } from '$lib/backend/fake/people';
import { refuse, World } from '$lib/backend/fake/world';
import { id } from '$lib/testids';

const press = async (name: string): Promise<void> => {
  const control = await screen.findByTestId(name);
  await waitFor(() => expect((control as HTMLButtonElement).disabled).not.toBe(true));
  await fireEvent.click(control);
};
const fill = async (name: string, text: string): Promise<void> => {
  const field = await screen.findByTestId(name);
  await userEvent.clear(field);
  await userEvent.type(field, text);
};

describe('the nine acts', () => {
  it('can be walked from the first start to the record, with a refusal on the way', async () => {
    const world = new World();
    world.settings = { ...world.settings, locale: 'zh-CN', idle_lock_secs: 600 };
    const backend = fake(world);
    render(App, { backend });

    // enrol, refused first: what was typed stays
    await press(id.enrolBegin);
    await fill(id.enrolName, entries.name);
    await fill(id.enrolId, '9900 0019 9003 0700 18');
    await fill(id.enrolMobile, entries.mobile);
    await fill(id.enrolCard, entries.card_number);
    world.refusals.set('enrol.start', refuse('id_number_invalid'));
    await press(id.enrolSubmit);
    expect((await screen.findByTestId(id.refusal)).textContent).toContain('证件号码不对');
    expect((screen.getByTestId(id.enrolName) as HTMLInputElement).value, 'nothing typed is lost').toBe(entries.name);
    world.refusals.clear();
    await press(id.enrolSubmit);
    expect((await screen.findByTestId(id.check)).textContent, 'the characters of the SMS stand above').toBe('羊·沙·兔');
    await fill(id.codeField, '000000');
    expect((await screen.findByTestId(id.refusal)).textContent).toContain('还可以输 4 次');
    await fill(id.codeField, entries.code);
    await fill(id.phraseField, entries.phrase);
    await press(id.phraseSubmit);
    await fill(id.passwordField, entries.password);
    await fill(id.passwordAgain, 'something else');
    await press(id.passwordSubmit);
    expect(world.phase, 'two different entries are not sent').toBe('enrolling');
    await fill(id.passwordAgain, entries.password);
    await press(id.passwordSubmit);
    await press(id.enrolDone);

    // consent
    await press(id.bankAll);
    await press(id.kind('debit'));
    await press(id.kind('credit'));
    await press(id.consentNext);
    await screen.findByTestId(id.consentEnd);
    for (const part of screen.getAllByTestId(id.consentPart)) await fireEvent.focus(part);
    await fireEvent.focus(screen.getByTestId(id.consentEnd));
    await press(id.consentSensitive);
    await press(id.consentHandover);
    await press(id.consentFace);
    await press(id.consentAgree);

    // verify
    await press(id.verifyFace);
    await press(id.verifyEvidence);
    await press(id.codeSend);
    await fill(id.codeField, entries.code);

    // apply, refused first
    world.refusals.set('apply.submit', refuse('offline'));
    await press(id.applySubmit);
    expect((await screen.findByTestId(id.refusal)).getAttribute('data-code')).toBe('offline');
    world.refusals.clear();
    await press(id.applySubmit);

    // collect: a bank settles in its row as it answers
    const row = await screen.findByTestId(id.collectBank('ICBC'));
    expect(row.dataset.state).toBe('pending');
    world.answer(1, world.now());
    backend.tell('query');
    await waitFor(() => expect(screen.getByTestId(id.collectBank('ICBC')).dataset.state).toBe('answered'));
    expect(screen.getByTestId(id.collectSay).textContent).toContain('1 家银行已答复');
    expect(document.body.textContent, 'no figure of the report before the unlock').not.toContain('张卡');
    world.close(world.now());
    backend.tell('query');

    // notify, unlock, read
    await press(id.navMessages);
    expect(await screen.findByText('燕·水·山')).toBeTruthy();
    await press(id.navHome);
    await press(id.homeNext);
    await fill(id.passwordField, entries.password);
    await press(id.unlockSubmit);
    expect((await screen.findByTestId(id.reportTotal)).textContent).toBe('共 16 张卡');
    await press(id.filter('dormant'));
    expect(screen.queryByTestId(id.card('1496'))).toBeNull();
    await press(id.filter('all'));
    await press(id.card('1183'));
    await press(id.mark('not_mine'));
    await press(id.kitStep('call_bank'));
    await waitFor(() => expect(screen.getByTestId(id.kitStep('call_bank')).getAttribute('aria-checked')).toBe('true'));
    await press(id.back);

    // expire: the safe answer leaves everything as it was
    await press(id.deleteNow);
    await press(id.confirmNo);
    expect(world.query).not.toBeNull();
    await press(id.deleteNow);
    await press(id.confirmYes);
    await press(id.record('3f0c2b1e-7a64-4f0e-9d55-0a1b2c3d4e5f'));
    expect((await screen.findByTestId(id.recordSay)).textContent).toBe('报告已删除');
  });

  it('show on every screen that this is a demonstration', async () => {
    render(App, { backend: fake(new World()) });
    expect(await screen.findByTestId(id.demo)).toBeTruthy();
  });

  it('offer help against fraud before anything else, also to who never enrolled', async () => {
    render(App, { backend: fake(new World()) });
    await press(id.navHelp);
    expect(await screen.findByText('96110')).toBeTruthy();
  });

  it('go back on Esc', async () => {
    render(App, { backend: fake(new World()) });
    await press(id.navSettings);
    expect((await screen.findByTestId(id.screen)).dataset.at).toBe('settings');
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.getByTestId(id.screen).dataset.at).toBe('home'));
  });
});
