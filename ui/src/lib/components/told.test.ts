import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { barriers, part } from '../../testing';
import Banner from './Banner.svelte';
import Button from './Button.svelte';
import Empty from './Empty.svelte';
import Loading from './Loading.svelte';
import Note from './Note.svelte';
import Pan from './Pan.svelte';
import Refused from './Refused.svelte';
import Ring from './Ring.svelte';
import Row from './Row.svelte';
import Steps from './Steps.svelte';

describe('a button', () => {
  it('neither acts nor submits while it is busy', async () => {
    const onclick = vi.fn();
    await part(Button, { busy: true, onclick }, '下一步');
    const button = screen.getByRole<HTMLButtonElement>('button', { name: '下一步', busy: true });
    await userEvent.click(button);
    expect(onclick).not.toHaveBeenCalled();
    expect(button.type).toBe('button');
    expect(await barriers()).toEqual([]);
  });
});

describe('a banner', () => {
  it.each([
    ['offline', 'status', /没有网络/],
    ['doubtful', 'status', /时间可疑/],
    ['demo', 'banner', /演示/],
  ] as const)('of %s is read as %s', async (kind, role, text) => {
    await part(Banner, { kind });
    expect(screen.getByRole(role).textContent).toMatch(text);
    expect(await barriers()).toEqual([]);
  });
});

describe('an empty list', () => {
  it('says why, and offers its one next step', async () => {
    const onnext = vi.fn();
    await part(Empty, { say: '还没有记录', next: '查我的卡', onnext });
    expect(screen.getByText('还没有记录')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: '查我的卡' }));
    expect(onnext).toHaveBeenCalledOnce();
    expect(await barriers()).toEqual([]);
  });

  it('offers nothing where there is nothing to do', async () => {
    await part(Empty, { say: '近期没有短信' });
    expect(screen.queryByRole('button')).toBeNull();
  });
});

describe('a wait', () => {
  it('is a sentence that is read out', async () => {
    await part(Loading, {});
    expect(screen.getByRole('status').textContent).toBe('正在打开…');
    expect(await barriers()).toEqual([]);
  });
});

describe('a row', () => {
  it('is text where it leads nowhere', async () => {
    await part(Row, { title: '工商银行', note: '16:40', end: '已答复' });
    expect(screen.queryByRole('button')).toBeNull();
    expect(screen.getByText('已答复')).toBeTruthy();
  });

  it('is a button with all its words where it leads on', async () => {
    const onclick = vi.fn();
    await part(Row, { title: '8 月 3 日', note: '28 家银行', end: '报告已过期', onclick });
    await userEvent.click(screen.getByRole('button', { name: /8 月 3 日.*28 家银行.*报告已过期/ }));
    expect(onclick).toHaveBeenCalledOnce();
    expect(document.querySelector('.row > .icon:last-child')).not.toBeNull();
    expect(await barriers()).toEqual([]);
  });

  it('has no arrow where it asks here', async () => {
    await part(Row, { title: '清除这台设备', danger: true, stays: true, onclick: () => undefined });
    expect(document.querySelector('.icon')).toBeNull();
  });
});

describe('a note', () => {
  it('interrupts only where there is danger', async () => {
    await part(Note, { tone: 'danger' }, '核对字不一致');
    expect(screen.getByRole('alert').textContent).toContain('核对字不一致');
    expect(await barriers()).toEqual([]);
  });

  it('waits its turn otherwise', async () => {
    await part(Note, { tone: 'attn' }, '未接通');
    expect(screen.getByRole('status').textContent).toContain('未接通');
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('a refusal', () => {
  it('says what happened and what to do, with its code, and tries again where that helps', async () => {
    const onretry = vi.fn();
    await part(Refused, { refusal: { code: 'offline', params: {} }, onretry });
    expect(screen.getByTestId('refusal-code').textContent).toContain('offline');
    await userEvent.click(screen.getByRole('button', { name: '再试一次' }));
    expect(onretry).toHaveBeenCalledOnce();
    expect(await barriers()).toEqual([]);
  });
});

describe('the steps', () => {
  it('say which one is now', async () => {
    await part(Steps, { label: '三步', steps: ['授权', '核验', '申请'], at: 1 });
    expect(screen.getByRole('list', { name: '三步' })).toBeTruthy();
    const now = screen.getAllByRole('listitem').filter((step) => step.getAttribute('aria-current') === 'step');
    expect(now.map((step) => step.textContent.replace(/\s/g, ''))).toEqual(['2核验']);
    expect(await barriers()).toEqual([]);
  });
});

describe('the ring', () => {
  const arcs = async (days: number): Promise<[number, boolean]> => {
    await part(Ring, {
      endsAt: new Date(Date.parse('2026-11-24T04:00:00Z') + days * 86_400_000).toISOString(),
      size: 104,
    });
    return [document.querySelectorAll('.ring .on').length, document.querySelector('.ring--last') !== null];
  };

  it.each([
    [6.9, [7, false]],
    [3.4, [4, false]],
    [0.6, [1, true]],
    [-1, [0, true]],
  ] as const)('with %s days left has its arcs', async (days, wanted) => {
    expect(await arcs(days)).toEqual(wanted);
  });

  it.each([
    [3.4, '3/ 7 天'],
    [0.6, '14/ 24 小时'],
    [0.02, '不到 1 小时'],
    [-1, '0/ 7 天'],
  ] as const)('with %s days left never says nothing is left while something is', async (days, said) => {
    await arcs(days);
    expect(document.querySelector('.ring__in')?.textContent.trim()).toBe(said);
  });
});

describe('a masked number', () => {
  it('is read as its tail, and not at all while family is helping', async () => {
    const app = await part(Pan, { number: '622848******1496', tail: '1496' });
    expect(screen.getByRole('img', { name: '尾号 1496' })).toBeTruthy();
    app.helping = true;
    expect(await screen.findByRole('img', { name: '数字已遮住' })).toBeTruthy();
    expect(document.body.textContent).not.toContain('1496');
    expect(await barriers()).toEqual([]);
  });
});
