import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { barriers, part } from '../../testing';
import Field from './Field.svelte';
import Keypad from './Keypad.svelte';
import Search from './Search.svelte';
import SixBoxes from './SixBoxes.svelte';

const field = (name: string): HTMLInputElement => screen.getByRole<HTMLInputElement>('textbox', { name });

describe('a field', () => {
  it('is named by its label and described by its hint', async () => {
    await part(Field, { label: '身份证号码', hint: '18 位' });
    expect(screen.getByRole('textbox', { name: '身份证号码', description: '18 位' })).toBe(field('身份证号码'));
    expect(field('身份证号码').getAttribute('aria-invalid')).toBe('false');
    expect(await barriers()).toEqual([]);
  });

  it('tells what is wrong with it after its hint, and keeps what was typed', async () => {
    await part(Field, { label: '身份证号码', hint: '18 位', error: '少了一位', value: '1101' });
    expect(screen.getByRole('textbox', { description: /18 位\s*少了一位/ })).toBe(field('身份证号码'));
    expect(field('身份证号码').getAttribute('aria-invalid')).toBe('true');
    expect(field('身份证号码').value).toBe('1101');
    expect(await barriers()).toEqual([]);
  });

  it('is marked where what is wrong is told elsewhere', async () => {
    await part(Field, { label: '姓名', wrong: true });
    expect(field('姓名').getAttribute('aria-invalid')).toBe('true');
    expect(field('姓名').hasAttribute('aria-describedby')).toBe(false);
  });

  it('is never remembered or corrected by the system', async () => {
    await part(Field, { label: '姓名' });
    const told = ['autocomplete', 'autocapitalize', 'autocorrect', 'spellcheck'];
    expect(told.map((name) => field('姓名').getAttribute(name))).toEqual(['off', 'off', 'off', 'false']);
  });

  it('goes on to the next where the key of a telephone says so, and sends with a keyboard', async () => {
    const next = document.createElement('input');
    const form = document.createElement('form');
    const onsubmit = vi.fn((event: Event) => event.preventDefault());
    form.addEventListener('submit', onsubmit);
    document.body.append(form);
    await part(Field, { label: '姓名', enterkeyhint: 'next' });
    form.append(field('姓名'), next, document.createElement('button'));
    await userEvent.type(field('姓名'), '{Enter}');
    expect([onsubmit.mock.calls.length, document.activeElement]).toEqual([1, field('姓名')]);
    vi.stubGlobal('matchMedia', () => ({ matches: true }));
    // the key that ended what an input method composed
    const ended = new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true });
    field('姓名').dispatchEvent(ended);
    expect(document.activeElement).toBe(field('姓名'));
    await userEvent.type(field('姓名'), '{Enter}');
    expect([onsubmit.mock.calls.length, document.activeElement]).toEqual([1, next]);
    vi.unstubAllGlobals();
    form.remove();
  });
});

describe('a search', () => {
  it('is named by what it looks for', async () => {
    await part(Search, { label: '查找银行' });
    expect(screen.getByRole('searchbox', { name: '查找银行' })).toBeTruthy();
    expect(await barriers()).toEqual([]);
  });
});

describe('six boxes', () => {
  const boxes = { label: '短信验证码', spoken: '已输入' };
  const drawn = (): string => [...document.querySelectorAll('.code i')].map((box) => box.textContent).join('');

  it('are one field: typed, or pasted with full-width digits and spaces', async () => {
    const onfull = vi.fn();
    await part(SixBoxes, { ...boxes, onfull });
    await userEvent.click(field('短信验证码'));
    await userEvent.paste('407 31８9');
    expect(field('短信验证码').value).toBe('407318');
    expect(drawn()).toBe('407318');
    expect(onfull).toHaveBeenCalledOnce();
    expect(await barriers()).toEqual([]);
  });

  it('draw dots and not digits where they are secret', async () => {
    await part(SixBoxes, { ...boxes, secret: true, value: '4073' });
    expect(drawn()).toBe('');
    expect(document.querySelectorAll('.code .set')).toHaveLength(4);
    expect(screen.getByLabelText<HTMLInputElement>('短信验证码').type).toBe('password');
  });

  it('take nothing while they are off', async () => {
    await part(SixBoxes, { ...boxes, off: true });
    expect(field('短信验证码').disabled).toBe(true);
  });
});

describe('the keypad', () => {
  it('gives each digit and takes the last one back', async () => {
    const onkey = vi.fn();
    const ondelete = vi.fn();
    await part(Keypad, { deleteLabel: '删掉一位', onkey, ondelete });
    for (const digit of ['1', '9', '0']) await userEvent.click(screen.getByRole('button', { name: digit }));
    await userEvent.click(screen.getByRole('button', { name: '删掉一位' }));
    expect(onkey.mock.calls.flat().join('')).toBe('190');
    expect(ondelete).toHaveBeenCalledOnce();
    expect(await barriers()).toEqual([]);
  });

  it('is still while it is off', async () => {
    const onkey = vi.fn();
    await part(Keypad, { off: true, deleteLabel: '删掉一位', onkey, ondelete: onkey });
    for (const key of screen.getAllByRole('button')) await userEvent.click(key);
    expect(onkey).not.toHaveBeenCalled();
  });
});
