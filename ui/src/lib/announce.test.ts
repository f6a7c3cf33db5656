import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { entries } from './backend/fake/people';
import { id } from './testids';
import { zhCN as words } from './words/zh-CN';
import { fill, open } from '../testing';

/** Presses as a person does: the focus goes along. */
const press = async (name: string): Promise<void> => {
  const control = await screen.findByTestId<HTMLButtonElement>(name);
  await waitFor(() => expect(control.disabled).not.toBe(true));
  await userEvent.click(control);
};
/** The focus is on what heads the screen, and that says so. */
const heard = (text: string): Promise<void> =>
  waitFor(() => {
    expect(document.activeElement?.tagName).toBe('H1');
    expect(document.activeElement?.textContent).toBe(text.replace(/[‹›]/g, ''));
  });

describe('what is shown now is said', () => {
  it('nothing is, before the person did something', async () => {
    open('ready');
    await screen.findByTestId(id.homeNext);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(document.activeElement).toBe(document.body);
  });

  it('from the banks to the text of the consent, there and back, and at its end', async () => {
    open('none', { at: 'consent' });
    await press(id.bankAll);
    await press(id.kind('debit'));
    await press(id.consentNext);
    await screen.findByTestId(id.consentEnd);
    await heard(words.consent.facts.head);
    await userEvent.keyboard('{Escape}');
    await heard(words.consent.pick.head);
    await press(id.consentNext);
    const readOn = await screen.findByTestId(id.consentReadOn);
    readOn.focus();
    // what a screen without layout never shows is read by ear; the button is still where the focus is at the last part
    for (const part of [...screen.getAllByTestId(id.consentPart), screen.getByTestId(id.consentEnd)])
      part.dispatchEvent(new FocusEvent('focus'));
    await screen.findByTestId(id.consentAgree);
    await waitFor(() => expect(document.activeElement?.id).toBe('agree-why'));
  });

  it('from one step of the enrolment to the next, and no field that takes the keys loses them', async () => {
    open('new', { at: 'enrol' });
    await fill(id.enrolName, entries.name);
    await fill(id.enrolId, entries.id_number);
    await fill(id.enrolMobile, entries.mobile);
    await fill(id.enrolCard, entries.card_number);
    await press(id.enrolSubmit);
    const code = await screen.findByTestId(id.codeField);
    await waitFor(() => expect(document.activeElement).toBe(code));
    await fill(id.codeField, entries.code);
    await screen.findByTestId(id.phraseField);
    await heard(words.enrol.phrase.head);
    await userEvent.tab();
    expect(document.activeElement, 'the field comes next').toBe(screen.getByTestId(id.phraseField));
    await userEvent.type(screen.getByTestId(id.phraseField), `${entries.phrase}{Enter}`);
    await screen.findByTestId(id.passwordField);
    await heard(words.enrol.password.head);
    await fill(id.passwordField, entries.password);
    await userEvent.type(screen.getByTestId(id.passwordAgain), `${entries.password}{Enter}`);
    await screen.findByTestId(id.enrolDone);
    await heard(words.enrol.done.head);
  });

  it('at home, once its report is deleted', async () => {
    open('ready');
    await press(id.homeDelete);
    await press(id.confirmYes);
    await heard(words.home.none);
  });

  it('from one record to another', async () => {
    open('records');
    await screen.findByTestId(id.navRecords);
    const [one, other] = screen.getAllByRole('button').filter((item) => item.closest('nav') && !item.dataset['testid']);
    if (!one || !other) throw new Error('two records are needed');
    await userEvent.click(one);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId(id.recordSay)));
    const first = document.activeElement;
    await userEvent.click(other);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId(id.recordSay)));
    expect(document.activeElement).not.toBe(first);
  });

  it('nothing is, while the person is somewhere else', async () => {
    const { world, tell } = open('ready');
    (await screen.findByTestId(id.homeNext)).focus();
    const side = screen.getByTestId(id.navSettings);
    side.focus();
    world.end('expired');
    tell('query');
    await waitFor(() => expect(screen.getByTestId(id.homeSay).textContent).toBe(words.home.none));
    expect(document.activeElement).toBe(side);
  });
});
