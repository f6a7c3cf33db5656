import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { refuse, type World } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { barriers, open, press, refused } from '../../testing';

const real = (begins: Partial<World['begins']> = {}) =>
  open('new', undefined, (world) => {
    world.profile = 'real';
    world.begins = { ...world.begins, ...begins };
  });
const said = async (name: string): Promise<string> => (await screen.findByTestId(name)).textContent.trim();

describe('the first start', () => {
  it('shows no error before it has said what this is', async () => {
    const backend = real({ refused: 'address' });
    backend.world.refusals.set('settings.start', refuse('internal'));
    expect(await said(id.startPage(0))).toBe('看看哪些银行卡开在您名下');
    expect(screen.queryByTestId(id.refusal)).toBeNull();
    expect(await barriers()).toEqual([]);
  });

  it('explains in three pages, there and back, and every one can be skipped', async () => {
    real();
    await press(id.startNext);
    expect(await said(id.startPage(1))).toContain('在这台设备上看得到');
    expect(document.activeElement, 'a page is announced').toBe(screen.getByTestId(id.screen));
    await press(id.startBack);
    await press(id.startNext);
    await press(id.startNext);
    expect(await said(id.startPage(2))).toContain('不索要验证码');
    await press(id.startNext);
    expect(await said(id.homeSay)).toBe('这台设备还没有接入查询机构');
    await press(id.startAgain);
    await press(id.startSkip);
    expect(await said(id.homeSay)).toBe('这台设备还没有接入查询机构');
    expect(await barriers()).toEqual([]);
  });

  it('offers no enrolment where there is nobody to enrol with', async () => {
    real();
    await press(id.startSkip);
    await screen.findByTestId(id.startDemo);
    expect(screen.queryByTestId(id.enrolBegin)).toBeNull();
  });

  it('says what is wrong with a configuration, and takes nothing in its place', async () => {
    real({ refused: 'unknown_root' });
    await press(id.startSkip);
    expect(await said(id.startFault)).toContain('不在这个版本认可的名单里');
    expect(screen.queryByTestId(id.enrolBegin)).toBeNull();
  });

  it('says so where the demonstration is not installed', async () => {
    real({ demonstration: false });
    await press(id.startSkip);
    expect(await screen.findByText('这个安装里没有带演示。')).toBeTruthy();
    expect(screen.queryByTestId(id.startDemo)).toBeNull();
  });

  it('says why the demonstration did not open, and can be tried again', async () => {
    const backend = real();
    backend.world.refusals.set('settings.demonstration', refuse('internal'));
    await press(id.startSkip);
    await press(id.startDemo);
    expect(await refused()).toBe('internal');
    await waitFor(() => expect((screen.getByTestId(id.startDemo) as HTMLButtonElement).disabled).toBe(false));
  });

  it('leads to the federation this device was set up for', async () => {
    real({ federation: '北方联盟' });
    await press(id.startSkip);
    expect(await said(id.homeSay)).toBe('从哪里开始？');
    expect(document.body.textContent).toContain('北方联盟');
    await press(id.enrolBegin);
    await screen.findByTestId(id.enrolName);
  });

  it('is over once an enrolment has begun', async () => {
    open('new', undefined, (world) => {
      world.profile = 'real';
      world.phase = 'enrolling';
    });
    expect((await screen.findByTestId(id.enrolBegin)).textContent).toContain('继续开通');
  });
});
