import { screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi, type Mock } from 'vitest';
import type { FactorView, Refusal } from '$lib/backend/types';
import { id } from '$lib/testids';
import { barriers, part, refused } from '../../testing';
import CheckNote from './CheckNote.svelte';
import ChosenPassword from './ChosenPassword.svelte';
import CodeStep from './CodeStep.svelte';
import NewPassword from './NewPassword.svelte';
import SecondFactor from './SecondFactor.svelte';

afterEach(() => void vi.useRealTimers());
// the made-up clock
const noon = Date.parse('2026-11-24T04:00:00Z');
const later = (ms: number): string => new Date(noon + ms).toISOString();
const button = (name: string): HTMLButtonElement => screen.getByTestId<HTMLButtonElement>(name);

describe('the characters of the SMS', () => {
  it('are read one by one, with what to do where they differ', async () => {
    await part(CheckNote, { check: { zh: '雪湖门', en: 'EDGY' } });
    expect(screen.getByTestId(id.check).textContent).toBe('雪·湖·门');
    expect(screen.getByRole('status').textContent).toContain('不要输入');
  });
});

describe('a code', () => {
  const given = {
    mobile: '138****6602',
    check: { zh: '雪湖门', en: 'EDGY' },
    expiresAt: later(300_000),
    resendAt: null as string | null,
    triesLeft: 5,
    busy: false,
    refusal: null as Refusal | null,
  };
  const code = async (change: Partial<typeof given> = {}): Promise<Record<'onsubmit' | 'onresend', Mock>> => {
    const told = { onsubmit: vi.fn(), onresend: vi.fn() };
    await part(CodeStep, { ...given, ...change, ...told });
    return told;
  };

  it('that is over is not sent, and says why', async () => {
    const { onsubmit } = await code({ expiresAt: later(-1000) });
    await userEvent.type(screen.getByTestId(id.codeField), '407318{Enter}');
    expect(onsubmit).not.toHaveBeenCalled();
    expect(screen.queryByTestId(id.codeSubmit)).toBeNull();
    expect(screen.getByTestId(id.codeResend)).toBeTruthy();
    expect(screen.getByText(/已经失效/)).toBeTruthy();
  });

  it('is not sent while one is on its way', async () => {
    const { onsubmit } = await code({ busy: true });
    await userEvent.type(screen.getByTestId(id.codeField), '407318{Enter}');
    expect(onsubmit).not.toHaveBeenCalled();
  });

  it('that was refused says so below, and can be sent again as it is', async () => {
    const { onsubmit } = await code({ refusal: { code: 'code_wrong', params: { left: 4 } } });
    expect(await refused()).toBe('code_wrong');
    await userEvent.type(screen.getByTestId(id.codeField), '407318');
    await userEvent.click(button(id.codeSubmit));
    expect(onsubmit.mock.calls).toEqual([['407318'], ['407318']]);
  });

  it('goes by itself once it is whole, typed or keyed, and not before', async () => {
    const { onsubmit } = await code();
    await userEvent.type(screen.getByTestId(id.codeField), '4073');
    await userEvent.click(screen.getByRole('button', { name: '1' }));
    expect(onsubmit).not.toHaveBeenCalled();
    expect(button(id.codeSubmit).disabled).toBe(true);
    await userEvent.click(screen.getByRole('button', { name: '8' }));
    expect(onsubmit.mock.calls).toEqual([['407318']]);
    expect(await barriers()).toEqual([]);
  });

  it('tells how far it is, to whoever does not see the boxes', async () => {
    await code();
    await userEvent.type(screen.getByTestId(id.codeField), '407');
    expect(screen.getByRole('textbox', { description: '6 位验证码，已输入 3 位' })).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: '删除' }));
    expect(screen.getByRole('textbox', { description: '6 位验证码，已输入 2 位' })).toBeTruthy();
  });

  it('can be sent anew once the wait is over', async () => {
    const told = { onsubmit: vi.fn(), onresend: vi.fn() };
    const app = await part(CodeStep, { ...given, resendAt: later(40_000), ...told });
    app.now = noon;
    expect(await screen.findByText(/秒后可以重发/)).toBeTruthy();
    expect(screen.queryByTestId(id.codeResend)).toBeNull();
    app.now = noon + 41_000;
    await userEvent.click(await screen.findByTestId(id.codeResend));
    expect(told.onresend).toHaveBeenCalledOnce();
  });
});

describe('a new password', () => {
  const given = {
    head: '设一个查看密码',
    phrase: '槐花落在石桥上' as string | null,
    busy: false,
    refusal: null as Refusal | null,
  };
  const password = async (change: Partial<typeof given> = {}): Promise<Mock> => {
    const onsubmit = vi.fn();
    await part(NewPassword, { ...given, ...change, onsubmit });
    return onsubmit;
  };
  const type = async (first: string, again: string): Promise<void> => {
    if (first) await userEvent.type(screen.getByLabelText('查看密码'), first);
    if (again) await userEvent.type(screen.getByLabelText('再输一次'), again);
    await userEvent.click(button(id.passwordSubmit));
  };

  it('is not taken where the two differ; both stay to be mended', async () => {
    const taken = await password();
    await type('green kettle', 'green cattle');
    expect(taken).not.toHaveBeenCalled();
    expect(screen.getByText('两次输入的不一样，请重新输一次。').closest('[role="status"]')).not.toBeNull();
    expect(screen.getByLabelText('再输一次').getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByLabelText<HTMLInputElement>('查看密码').value).toBe('green kettle');
    expect(await barriers()).toEqual([]);
  });

  it('is not taken where nothing was typed', async () => {
    const taken = await password();
    await type('', '');
    expect(taken).not.toHaveBeenCalled();
  });

  it('is taken once both are the same, and is nowhere to be read', async () => {
    const taken = await password();
    await type('green kettle', 'green kettle');
    expect(taken.mock.calls).toEqual([['green kettle']]);
    expect(document.body.textContent).not.toContain('green');
    expect(screen.getByLabelText<HTMLInputElement>('查看密码').type).toBe('password');
  });

  it('says what six digits are worth where a whole keyboard is at hand', async () => {
    await password();
    expect(screen.queryByText(/好记，也好猜/)).toBeNull();
    await userEvent.click(screen.getByRole('radio', { name: '6 位数字' }));
    expect(screen.getByText(/好记，也好猜/)).toBeTruthy();
    expect(screen.getByLabelText('查看密码').getAttribute('inputmode')).toBe('numeric');
  });

  it('holds no seventh digit: six boxes ask for it later', async () => {
    await part(ChosenPassword, { differ: false });
    const field = screen.getByLabelText<HTMLInputElement>('查看密码');
    await userEvent.type(field, '27391582');
    expect(field.value, 'a phrase of digits is a phrase').toBe('27391582');
    await userEvent.clear(field);
    await userEvent.click(screen.getByRole('radio', { name: '6 位数字' }));
    await userEvent.type(screen.getByLabelText('查看密码'), '27391582');
    expect(screen.getByLabelText<HTMLInputElement>('查看密码').value).toBe('273915');
  });

  it('is never asked for without the phrase over it', async () => {
    await password({ phrase: null });
    expect(screen.getByRole('alert').textContent).toContain('请不要输入密码');
    expect(screen.queryByLabelText('查看密码')).toBeNull();
    expect(screen.queryByTestId(id.passwordSubmit)).toBeNull();
  });

  it('tells why the core would not have it', async () => {
    await password({ refusal: { code: 'password_weak', params: {} } });
    expect(await refused()).toBe('password_weak');
  });
});

describe('the second factor', () => {
  const open = (kind: FactorView['kind']): FactorView => ({
    kind,
    state: 'open',
    expires_at: later(600_000),
    resend_at: null,
    tries_left: 3,
    check: null,
    bank: kind === 'card_bank' ? 'ICBC' : null,
  });
  const both: FactorView['kind'][] = ['face', 'card_bank'];
  type Given = { kinds?: FactorView['kind'][]; factor?: FactorView | null; busy?: boolean; refusal?: Refusal | null };
  const second = async (given: Given): Promise<Record<'onstart' | 'onevidence' | 'onpoll', Mock>> => {
    const told = { onstart: vi.fn(), onevidence: vi.fn(), onpoll: vi.fn() };
    await part(SecondFactor, { kinds: both, factor: null, busy: false, refusal: null, ...given, ...told } as never);
    return told;
  };

  it('that came to nothing says so, and offers both ways again', async () => {
    await second({ factor: { ...open('face'), state: 'void' } });
    expect(await refused()).toBe('verification_void');
    expect(screen.getByTestId(id.verifyFace)).toBeTruthy();
    expect(screen.getByTestId(id.verifyCardBank)).toBeTruthy();
  });

  it('is not begun twice', async () => {
    const { onstart } = await second({ busy: true });
    await userEvent.click(button(id.verifyFace));
    await userEvent.click(button(id.verifyCardBank));
    expect(onstart).not.toHaveBeenCalled();
  });

  it('offers no face to who did not consent to it, and says why', async () => {
    await second({ kinds: ['card_bank'] });
    expect(screen.queryByTestId(id.verifyFace)).toBeNull();
    expect(screen.getByText(/没有同意使用人脸信息/)).toBeTruthy();
  });

  it('chooses neither way beforehand, and begins the one that is pressed', async () => {
    const { onstart } = await second({});
    expect(onstart).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole('button', { name: /银行卡核验.*约 1 分钟/ }));
    expect(onstart.mock.calls).toEqual([['card_bank']]);
    expect(await barriers()).toEqual([]);
  });

  it('waits for a bank aloud, asks every two seconds, and no more once another way is looked for', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { onpoll } = await second({ factor: open('card_bank') });
    expect(screen.getByRole('status').textContent.trim()).toBe('正在等银行答复…');
    vi.advanceTimersByTime(4000);
    expect(onpoll).toHaveBeenCalledTimes(2);
    await userEvent.click(button(id.verifyOther));
    vi.advanceTimersByTime(10_000);
    expect(onpoll).toHaveBeenCalledTimes(2);
  });

  it('looks at a face only when told to', async () => {
    const { onevidence, onpoll } = await second({ factor: open('face') });
    expect(onevidence).not.toHaveBeenCalled();
    await userEvent.click(button(id.verifyEvidence));
    await waitFor(() => expect(onevidence).toHaveBeenCalledOnce());
    expect(onpoll).not.toHaveBeenCalled();
  });
});
