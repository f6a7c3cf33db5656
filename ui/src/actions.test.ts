import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import App from './App.svelte';
import { fake } from '$lib/backend/fake/fake';
import { entries } from '$lib/backend/fake/people';
import { World } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { fill, press } from './testing';

// An action is one deliberate press of a control that leads on to the next thing. What a person answers is not one: text
// typed into a field, and a bank, a kind or a consent switched on, which nobody may do for them. Nor is reading on.
describe('the way from the first start to the opened report', () => {
  it('takes 12 actions or fewer, with nothing answered for the person', async () => {
    const world = new World();
    world.settings = { ...world.settings, locale: 'zh-CN', idle_lock_secs: 600 };
    const backend = fake(world);
    const actions: string[] = [];
    const answers: string[] = [];
    const on = async (name: string): Promise<void> => {
      actions.push(name);
      await press(name);
    };
    const answer = async (name: string): Promise<void> => {
      const control = await screen.findByTestId(name);
      if (control.hasAttribute('aria-checked'))
        expect(control.getAttribute('aria-checked'), `${name} is not ticked before`).toBe('false');
      answers.push(name);
      await press(name);
    };
    let pressed = 0;
    const count = (event: Event): void => {
      if ((event.target as Element).closest('button')) pressed += 1;
    };
    document.addEventListener('click', count, { capture: true });
    render(App, { backend });

    await on(id.enrolBegin);
    await fill(id.enrolName, entries.name);
    await fill(id.enrolId, entries.id_number);
    await fill(id.enrolMobile, entries.mobile);
    await fill(id.enrolCard, entries.card_number);
    await on(id.enrolSubmit);
    await fill(id.codeField, entries.code);
    await fill(id.phraseField, entries.phrase);
    await on(id.phraseSubmit);
    await fill(id.passwordField, entries.password);
    await fill(id.passwordAgain, entries.password);
    await on(id.passwordSubmit);
    await on(id.enrolDone);

    await answer(id.bankAll);
    await answer(id.kind('debit'));
    await answer(id.kind('credit'));
    await on(id.consentNext);
    await screen.findByTestId(id.consentEnd);
    for (const part of screen.getAllByTestId(id.consentPart)) await fireEvent.focus(part);
    await fireEvent.focus(screen.getByTestId(id.consentEnd));
    await answer(id.consentSensitive);
    await answer(id.consentHandover);
    await on(id.consentAgree);

    // the bank answers while the app asks it, without a press
    await on(id.verifyCardBank);
    await screen.findByTestId(id.codeSend, undefined, { timeout: 5000 });
    await on(id.codeSend);
    await fill(id.codeField, entries.code);
    await on(id.applySubmit);
    await waitFor(() => expect(screen.getByTestId(id.screen).dataset.at).toBe('collect'));
    world.close(world.now());
    backend.tell('query');
    await on(id.homeNext);
    await fill(id.passwordField, entries.password);
    await on(id.unlockSubmit);
    expect((await screen.findByTestId(id.reportTotal)).textContent).toBe('共 16 张卡');

    expect(actions.length, actions.join(' ')).toBeLessThanOrEqual(12);
    expect(pressed, 'no press is left out of the count').toBe(actions.length + answers.length);
    document.removeEventListener('click', count, { capture: true });
  });
});
