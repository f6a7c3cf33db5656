import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { entries } from '$lib/backend/fake/people';
import { refuse } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { fill, open, press, refused } from '../../testing';

describe('a password', () => {
  it('is never asked for where the phrase is missing', async () => {
    open('ready', { at: 'unlock' }, (w) => (w.phrase = null));
    expect((await screen.findByRole('alert')).textContent).toContain('请不要输入密码');
    expect(screen.queryByTestId(id.passwordField)).toBeNull();
  });

  it('is changed under the phrase, the old one proved and the new one typed twice alike', async () => {
    const backend = open('unlocked', { at: 'password' });
    const changed = vi.spyOn(backend.unlock, 'change');
    expect((await screen.findByTestId(id.unlockPhrase)).textContent).toBe(entries.phrase);
    await fill(id.passwordOld, entries.digits);
    await fill(id.passwordField, 'another 口令 now');
    await fill(id.passwordAgain, 'another 口令');
    await press(id.passwordSubmit);
    expect(await screen.findByText('两次输入的不一样，请重新输一次。')).toBeTruthy();
    expect(changed, 'nothing was tried').not.toHaveBeenCalled();
    await fill(id.passwordAgain, 'another 口令 now');
    await press(id.passwordSubmit);
    expect(await screen.findByText('查看密码已改好。')).toBeTruthy();
    expect((screen.getByTestId(id.passwordOld) as HTMLInputElement).value, 'nothing of it stays').toBe('');
  });

  it('is not changed either where the phrase is missing', async () => {
    open('unlocked', { at: 'password' }, (w) => (w.phrase = null));
    expect((await screen.findByRole('alert')).textContent).toContain('请不要输入密码');
    expect(screen.queryByTestId(id.passwordField)).toBeNull();
  });

  it('leaves help one press away', async () => {
    open('ready', { at: 'unlock' });
    await press(id.unlockHelp);
    expect(await screen.findByText('96110')).toBeTruthy();
  });
});

describe('a forgotten password', () => {
  it('costs nothing before what is lost was said and the person went on', async () => {
    const { world } = open('ready', { at: 'forgotten' });
    expect(
      await screen.findByText(
        '用旧密码封着的报告会作废，不能找回；正在等答复的查询会撤回，留下的话和比较用的指纹一并删除。',
      ),
    ).toBeTruthy();
    await press(id.confirmNo);
    expect(world.query?.state, 'the report is still there').toBe('ready');
  });

  it('goes by face: the pictures are handed in, and only then a new password is asked under the phrase', async () => {
    const backend = open('ready', { at: 'forgotten' });
    const handed = vi.spyOn(backend.unlock, 'forgotten_evidence');
    await press(id.confirmYes);
    await fill(id.codeField, entries.code);
    await press(id.verifyFace);
    expect(screen.queryByTestId(id.passwordField)).toBeNull();
    await press(id.verifyEvidence);
    await screen.findByTestId(id.passwordField);
    expect(handed).toHaveBeenCalledOnce();
    await waitFor(() => expect(screen.getByTestId(id.unlockPhrase).textContent).toBe(entries.phrase));
    await fill(id.passwordField, entries.password);
    await fill(id.passwordAgain, entries.password);
    await press(id.passwordSubmit);
    await waitFor(() => expect(backend.world.records[0]?.ended).toBe('lost'));
  });
});

describe('the code of a forgotten password', () => {
  it('that is wrong leaves one number of tries in both places, and the last one another code to send', async () => {
    open('ready', { at: 'forgotten' });
    await press(id.confirmYes);
    const wrong = async (left: number): Promise<void> => {
      await fill(id.codeField, String(left).repeat(6));
      await waitFor(() => expect(document.body.textContent).toContain(`前有效，还可以输 ${left} 次`));
      expect(await refused()).toBe('code_wrong');
    };
    for (const left of [4, 3, 2, 1]) await wrong(left);
    await fill(id.codeField, '000000');
    await press(id.codeSend);
    await fill(id.codeField, entries.code);
    await screen.findByTestId(id.verifyFace);
  });

  it.each(['code_ended', 'verification_void'] as const)('is not asked for any more after %s', async (code) => {
    const { world } = open('ready', { at: 'forgotten' });
    await press(id.confirmYes);
    world.refusals.set('unlock.forgotten_confirm', refuse(code));
    await fill(id.codeField, entries.code);
    await screen.findByTestId(id.codeSend);
    expect(await refused()).toBe(code);
    expect(screen.queryByTestId(id.codeField)).toBeNull();
  });
});

describe('a code', () => {
  const start = async (change: Parameters<typeof open>[2] = () => undefined): Promise<ReturnType<typeof open>> => {
    const backend = open('draft', { at: 'verify' }, change);
    await press(id.verifyFace);
    await press(id.verifyEvidence);
    await press(id.codeSend);
    await screen.findByTestId(id.codeField);
    return backend;
  };

  it('that is wrong stays where it was typed, and both places name the same number of tries', async () => {
    await start();
    await fill(id.codeField, '000000');
    expect(await refused()).toBe('code_wrong');
    expect((screen.getByTestId(id.codeField) as HTMLInputElement).value).toBe('000000');
    await waitFor(() => expect(document.body.textContent).toContain('前有效，还可以输 4 次'));
    expect(document.body.textContent).not.toContain('还可以输 5 次');
  });

  it('that is too old is said to be so before it is sent', async () => {
    const { world, tell } = await start();
    await fill(id.codeField, entries.code.slice(0, 5));
    world.move(6 * 60_000);
    tell('query');
    expect(await screen.findByText('这个验证码过了 5 分钟，已经失效。')).toBeTruthy();
    expect((screen.getByTestId(id.codeField) as HTMLInputElement).disabled).toBe(true);
    expect(screen.queryByTestId(id.codeSubmit), 'the one thing left is to send another').toBeNull();
    expect(screen.getByTestId(id.codeResend)).toBeTruthy();
    expect(world.sms.state, 'it was not tried').toBe('open');
  });

  it('pasted with spaces and full-width digits is taken as it is meant', async () => {
    const backend = await start();
    const sent = vi.spyOn(backend.verify, 'confirm');
    (await screen.findByTestId(id.codeField)).focus();
    await userEvent.paste('４０７ 159');
    await waitFor(() => expect(sent).toHaveBeenCalledExactlyOnceWith(entries.code));
  });

  it('names the bank that was asked, and waits for it', async () => {
    open('draft', { at: 'verify' }, (w) => (w.bankWaits = true));
    await press(id.verifyCardBank);
    expect(await screen.findByText('请到工商银行的应用里确认')).toBeTruthy();
  });
});
