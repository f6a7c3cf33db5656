import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import App from '../../App.svelte';
import { fake, type Fake } from '$lib/backend/fake/fake';
import { scene } from '$lib/backend/fake/scene';
import { id } from '$lib/testids';
import { press } from '../../testing';

async function atTheText(): Promise<Fake> {
  const backend = fake(scene('none'));
  backend.world.settings = { ...backend.world.settings, locale: 'zh-CN' };
  render(App, { backend });
  const user = userEvent.setup();
  await user.click(await screen.findByTestId(id.homeNext));
  await user.click(await screen.findByTestId(id.bankAll));
  await user.click(screen.getByTestId(id.kind('debit')));
  await user.click(screen.getByTestId(id.consentNext));
  await screen.findByTestId(id.consentEnd);
  return backend;
}

async function readAll(): Promise<void> {
  for (const part of screen.getAllByTestId(id.consentPart)) await fireEvent.focus(part);
  await fireEvent.focus(screen.getByTestId(id.consentEnd));
}

describe('choosing banks', () => {
  it('starts with nothing ticked, and says why it cannot go on', async () => {
    render(App, { backend: fake(scene('none')), start: { at: 'consent' } });
    const boxes = await screen.findAllByRole('checkbox');
    expect(boxes.length).toBeGreaterThan(28);
    for (const box of boxes) expect(box.getAttribute('aria-checked'), 'nobody ticks for the person').toBe('false');
    expect((screen.getByTestId(id.consentNext) as HTMLButtonElement).disabled).toBe(true);
  });
});

describe('agreeing', () => {
  it('is not offered before the end of the text was reached', async () => {
    await atTheText();
    expect(screen.queryByTestId(id.consentAgree), 'there is nothing to press yet').toBeNull();
    expect(screen.getByTestId(id.consentReadOn)).toBeTruthy();
  });

  it('is not woken by the switches, nor by time', async () => {
    await atTheText();
    await fireEvent.click(screen.getByTestId(id.consentSensitive));
    await fireEvent.click(screen.getByTestId(id.consentHandover));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(screen.queryByTestId(id.consentAgree)).toBeNull();
  });

  it('sleeps until both separate agreements were given, and is never given by the face switch', async () => {
    const backend = await atTheText();
    await readAll();
    const agree = (await screen.findByTestId(id.consentAgree)) as HTMLButtonElement;
    expect(agree.disabled).toBe(true);
    await fireEvent.click(screen.getByTestId(id.consentFace));
    expect(agree.disabled, 'face data is optional and replaces nothing').toBe(true);
    await fireEvent.click(screen.getByTestId(id.consentSensitive));
    expect(agree.disabled).toBe(true);
    await fireEvent.click(screen.getByTestId(id.consentHandover));
    expect(agree.disabled).toBe(false);
    expect(backend.world.query, 'nothing has left before the person agreed').toBeNull();
    await fireEvent.click(agree);
    await screen.findByTestId(id.verifyCardBank);
    expect(backend.world.query?.banks_asked).toBe(28);
  });

  it('is not woken by a jump to the end: what was skipped was not read', async () => {
    await atTheText();
    await fireEvent.focus(screen.getByTestId(id.consentEnd));
    expect(screen.queryByTestId(id.consentAgree)).toBeNull();
    expect(screen.getByText('中间有几段还没有显示过，看完才能同意')).toBeTruthy();
  });

  it('counts the focus of a keyboard or a screen reader on every part as reading', async () => {
    await atTheText();
    await readAll();
    expect(await screen.findByTestId(id.consentAgree)).toBeTruthy();
  });

  it('takes nobody along who left before it was answered', async () => {
    const backend = await atTheText();
    const { agree } = backend.consent;
    let go = (): void => undefined;
    const held = new Promise<void>((done) => (go = done));
    backend.consent.agree = (form) => held.then(() => agree(form));
    await readAll();
    for (const name of [id.consentSensitive, id.consentHandover, id.consentAgree]) await press(name);
    await press(id.navHelp);
    const asked = vi.spyOn(backend.settings, 'home');
    go();
    await waitFor(() => expect(asked).toHaveReturned());
    await asked.mock.results[0]?.value;
    await tick();
    expect(screen.getByTestId(id.screen).dataset.at).toBe('help');
    expect(backend.world.query, 'it was given all the same').not.toBeNull();
  });

  it('keeps what was chosen when the person goes back', async () => {
    await atTheText();
    await fireEvent.click(screen.getByTestId(id.back));
    expect((await screen.findByTestId(id.bank('ICBC'))).getAttribute('aria-checked')).toBe('true');
  });
});
