import Info from '@lucide/svelte/icons/info';
import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { id } from '$lib/testids';
import { barriers, part } from '../../testing';
import Bar from './Bar.svelte';
import Demo from './Demo.svelte';
import Lead from './Lead.svelte';
import Mark from './Mark.svelte';
import Phrase from './Phrase.svelte';
import Points from './Points.svelte';
import Shortcuts from './Shortcuts.svelte';
import Side from './Side.svelte';
import Step from './Step.svelte';

const here = (): (string | undefined)[] =>
  screen
    .getAllByRole('button')
    .filter((item) => item.getAttribute('aria-current') === 'page')
    .map((item) => item.dataset['testid']);

describe('the bar', () => {
  it('goes one screen back, by a button with a name', async () => {
    const app = await part(Bar, { title: '设置' });
    app.go({ at: 'settings' });
    await userEvent.click(screen.getByRole('button', { name: '返回' }));
    expect(app.screen.at).toBe('home');
  });

  it('lets a screen take back for itself, and then goes nowhere', async () => {
    const onback = vi.fn();
    const app = await part(Bar, { title: '申请', onback });
    app.go({ at: 'apply' });
    await userEvent.click(screen.getByRole('button', { name: '返回' }));
    expect(onback).toHaveBeenCalledOnce();
    expect(app.screen.at).toBe('apply');
  });

  it.each([true, false])('heads the page: %s', async (heads) => {
    await part(Bar, { title: '设置', heads });
    expect(screen.queryByRole('heading', { level: 1, name: '设置' }) !== null).toBe(heads);
    expect(screen.getByText('设置')).toBeTruthy();
    expect(await barriers()).toEqual([]);
  });
});

describe('the side', () => {
  it('says where we are, in one place only', async () => {
    const app = await part(Side, {});
    expect(screen.getByRole('navigation', { name: '查询与记录' })).toBeTruthy();
    expect(here()).toEqual([id.navHome]);
    await userEvent.click(screen.getByTestId(id.navSettings));
    expect(app.screen.at).toBe('settings');
    expect(here()).toEqual([id.navSettings]);
    expect(await barriers()).toEqual([]);
  });

  it('opens a record by its day, with home behind it', async () => {
    const app = await part(Side, {});
    await userEvent.click(screen.getByRole('button', { name: /8月3日|8 月 3 日/ }));
    expect(app.stack.map((screen) => screen.at)).toEqual(['home', 'record']);
  });

  it('locks at once, and offers no lock where nothing is open', async () => {
    const app = await part(Side, {});
    await userEvent.click(screen.getByRole('button', { name: '立即锁定' }));
    expect(app.unlocked).toBe(false);
    expect(screen.queryByTestId(id.navLock)).toBeNull();
  });

  it('has no messages to compare before anyone is enrolled', async () => {
    const app = await part(Side, {});
    expect(screen.getByTestId(id.navMessages)).toBeTruthy();
    app.home = app.home && { ...app.home, phase: 'not_enrolled', query: null, records: [] };
    expect(await screen.findByText('还没有记录')).toBeTruthy();
    expect(screen.queryByTestId(id.navMessages)).toBeNull();
    expect(screen.queryByTestId(id.navRecords)).toBeNull();
  });
});

describe('the name line', () => {
  it('hides the telephone number while family is helping, and keeps the name', async () => {
    const app = await part(Lead, {}, '没有进行中的查询');
    const { name = '', mobile = '' } = app.home?.who ?? {};
    expect(document.body.textContent).toContain(mobile);
    app.helping = true;
    expect(await screen.findByText('数字已遮住')).toBeTruthy();
    expect(document.body.textContent).not.toContain(mobile);
    expect(screen.getByText(name)).toBeTruthy();
    expect(await barriers()).toEqual([]);
  });

  it('speaks of the app where nobody is enrolled', async () => {
    const app = await part(Lead, {}, '先开通');
    app.home = app.home && { ...app.home, who: null };
    expect(await screen.findByText('名下')).toBeTruthy();
    expect(screen.getByText('先开通')).toBeTruthy();
  });
});

describe('the security phrase', () => {
  it('is an alarm where it is missing', async () => {
    await part(Phrase, { phrase: null });
    expect(screen.getByRole('alert').textContent).toContain('请不要输入密码');
    expect(screen.queryByTestId(id.unlockPhrase)).toBeNull();
    expect(await barriers()).toEqual([]);
  });

  it('is shown as the person wrote it, with what a wrong one means', async () => {
    await part(Phrase, { phrase: '槐花落在石桥上' });
    expect(screen.getByTestId(id.unlockPhrase).textContent).toBe('槐花落在石桥上');
    expect(screen.getByText('短语不对，就不要输入密码。')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('a step', () => {
  it('says in its heading what is asked, and sends by Enter what was typed into it', async () => {
    const onsubmit = vi.fn();
    await part(Step, { title: '输入‹短信验证码›', sub: '已发到手机', onsubmit }, '六格');
    expect(screen.getByRole('heading', { level: 1, name: '输入短信验证码' })).toBeTruthy();
    const form = document.querySelector('form');
    const field = form?.appendChild(document.createElement('input'));
    field?.focus();
    await userEvent.keyboard('{Enter}');
    expect(onsubmit).toHaveBeenCalledOnce();
    field?.remove();
    expect(await barriers()).toEqual([]);
  });

  it('is no form where nothing is sent', async () => {
    await part(Step, { title: '请对着镜头' }, '');
    expect(document.querySelector('form, footer')).toBeNull();
  });
});

describe('what is worth knowing', () => {
  it('stands under a heading, in the order it was given', async () => {
    await part(Points, {
      head: '为什么',
      points: [
        [Info, '先看核对字'],
        [Info, '再输入'],
      ],
    });
    expect(screen.getByRole('heading', { level: 2, name: '为什么' })).toBeTruthy();
    expect([...document.querySelectorAll('.row p')].map((line) => line.textContent)).toEqual(['先看核对字', '再输入']);
    expect(await barriers()).toEqual([]);
  });
});

describe('the mark', () => {
  it('is read by its name only', async () => {
    await part(Mark, { name: '名下' });
    expect(screen.getByText('名下').querySelector('svg')?.getAttribute('aria-hidden')).toBe('true');
  });
});

describe('the label of the demonstration', () => {
  it('says so, and where its telephone is', async () => {
    const app = await part(Demo, {});
    app.home = app.home && { ...app.home, phone_page: 'http://127.0.0.1:7000/phone' };
    expect(await screen.findByText(/http:\/\/127\.0\.0\.1:7000\/phone/)).toBeTruthy();
    expect(screen.getByTestId(id.demo).textContent).toContain('都是编的');
  });
});

describe('the keys', () => {
  it('stand each by what it does', async () => {
    await part(Shortcuts, {});
    const lock = screen.getByText('立即锁定').closest('div');
    expect([...(lock?.querySelectorAll('kbd') ?? [])].map((key) => key.textContent)).toEqual(['Ctrl', 'L']);
    expect(await barriers()).toEqual([]);
  });

  it('are not told where there is no keyboard', async () => {
    await part(Shortcuts, {}, undefined, 'android');
    expect(screen.queryByTestId(id.shortcuts)).toBeNull();
  });
});
