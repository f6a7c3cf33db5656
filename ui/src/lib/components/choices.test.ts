import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { barriers, part } from '../../testing';
import Chip from './Chip.svelte';
import Seg from './Seg.svelte';
import Select from './Select.svelte';
import Switch from './Switch.svelte';
import Tick from './Tick.svelte';

describe('a switch', () => {
  it('is named by its row and asks for the other state, by pointer and by key', async () => {
    const onchange = vi.fn();
    await part(Switch, { on: true, label: '长辈版', note: '字更大', onchange });
    const control = screen.getByRole('switch', { name: /长辈版/ });
    expect(control.getAttribute('aria-checked')).toBe('true');
    await userEvent.click(control);
    control.focus();
    await userEvent.keyboard(' ');
    expect(onchange.mock.calls).toEqual([[false], [false]]);
    expect(await barriers()).toEqual([]);
  });

  it('shows what it is told, not what was pressed', async () => {
    await part(Switch, { on: false, label: '长辈版', onchange: () => undefined });
    await userEvent.click(screen.getByRole('switch'));
    expect(screen.getByRole('switch').getAttribute('aria-checked'), 'a refused change').toBe('false');
  });

  it('does nothing where it is off duty', async () => {
    const onchange = vi.fn();
    await part(Switch, { on: false, disabled: true, label: '长辈版', onchange });
    await userEvent.click(screen.getByRole('switch'));
    expect(onchange).not.toHaveBeenCalled();
  });
});

describe('one of a few', () => {
  const options = [
    { value: 120, label: '两分钟' },
    { value: 300, label: '五分钟' },
    { value: 600, label: '十分钟', no: true },
  ];

  it('is one stop for Tab, and its arrows choose round the ends', async () => {
    const onchange = vi.fn();
    await part(Seg, { label: '多久锁定', options, value: 120, onchange });
    expect(await barriers()).toEqual([]);
    await userEvent.tab();
    expect(document.activeElement?.textContent).toBe('两分钟');
    await userEvent.keyboard('{ArrowLeft}');
    expect(onchange).toHaveBeenLastCalledWith(600);
    expect(document.activeElement?.textContent).toBe('十分钟');
    await userEvent.keyboard('{ArrowRight}');
    expect(onchange).toHaveBeenLastCalledWith(120);
    await userEvent.keyboard('{End}');
    expect(onchange).toHaveBeenLastCalledWith(600);
    await userEvent.keyboard('{Home}');
    expect(onchange).toHaveBeenLastCalledWith(120);
    await userEvent.tab();
    expect(document.activeElement, 'no second stop').toBe(document.body);
  });

  it('gives no first answer by being looked through', async () => {
    const onchange = vi.fn();
    await part(Seg, { label: '多久锁定', options, value: null, onchange });
    await userEvent.tab();
    await userEvent.keyboard('{ArrowRight}');
    expect(onchange).not.toHaveBeenCalled();
    await userEvent.keyboard(' ');
    expect(onchange.mock.calls).toEqual([[300]]);
  });
});

describe('a box', () => {
  it.each([
    [true, 'true'],
    [false, 'false'],
    ['mixed', 'mixed'],
  ] as const)('says %s as it is, and asks once for a change', async (checked, said) => {
    const onchange = vi.fn();
    await part(Tick, { checked, label: '工商银行', note: '常用', onchange });
    const box = screen.getByRole('checkbox', { name: /工商银行/ });
    expect(box.getAttribute('aria-checked')).toBe(said);
    await userEvent.click(box);
    expect(onchange).toHaveBeenCalledOnce();
    box.focus();
    await userEvent.keyboard(' ');
    expect(onchange).toHaveBeenCalledTimes(2);
    expect(await barriers()).toEqual([]);
  });
});

describe('a chip', () => {
  it('is a filter that is pressed or not, with its count', async () => {
    await part(Chip, { on: true, label: '借记', count: 11, onclick: () => undefined });
    expect(screen.getByRole('button', { name: /借记\s*11/, pressed: true })).toBeTruthy();
    expect(await barriers()).toEqual([]);
  });

  it('is a box where several are picked', async () => {
    await part(Chip, { on: false, box: true, label: '借记卡', onclick: () => undefined });
    expect(screen.getByRole('checkbox', { name: '借记卡', checked: false })).toBeTruthy();
  });
});

describe('a select', () => {
  it('is named, and starts at what was chosen', async () => {
    const options = [
      { value: 'bank', label: '按银行' },
      { value: 'date', label: '按年月' },
    ];
    await part(Select, { label: '排列', options, value: 'date' });
    const control = screen.getByRole<HTMLSelectElement>('combobox', { name: '排列' });
    expect(control.value).toBe('date');
    await userEvent.selectOptions(control, '按银行');
    expect(control.value).toBe('bank');
    expect(await barriers()).toEqual([]);
  });
});
