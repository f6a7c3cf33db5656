import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { entries } from '$lib/backend/fake/people';
import { refuse } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { fill, open, press, refused } from '../../testing';

describe('a device that took over', () => {
  it('is not stopped when the platform cannot be reached, and the way to help stays', async () => {
    const { world } = open('ready', undefined, (w) => (w.takeover = 'done'));
    world.refusals.set('enrol.not_me', refuse('offline'));
    await press(id.notMe);
    await press(id.confirmYes);
    expect(await refused()).toBe('offline');
    expect(world.takeover, 'nothing was stopped').toBe('done');
    expect(screen.getByTestId(id.takeover).textContent).toContain('遇到诈骗');
  });

  it('is not stopped by the safe answer', async () => {
    const { world } = open('ready', undefined, (w) => (w.takeover = 'done'));
    await press(id.notMe);
    await press(id.confirmNo);
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(world.takeover).toBe('done');
  });

  it('leaves no query to begin on this device', async () => {
    open('records', undefined, (w) => (w.takeover = 'done'));
    await screen.findByTestId(id.takeover);
    expect(screen.queryByTestId(id.homeNext), 'the platform would refuse it').toBeNull();
  });

  it('is stopped by "not me"; then both factors bring the account back, and no new password is asked', async () => {
    const { world } = open('ready', undefined, (w) => (w.takeover = 'done'));
    await press(id.notMe);
    await press(id.confirmYes);
    await waitFor(() => expect(screen.getByTestId(id.takeover).dataset.state).toBe('frozen'));
    await press(id.takeoverBack);
    expect(await screen.findByText('查看密码不变，这台设备上的报告和记录不受影响。')).toBeTruthy();
    await press(id.confirmYes);
    await fill(id.codeField, entries.code);
    await press(id.verifyFace);
    await press(id.verifyEvidence);
    await waitFor(() => expect(world.takeover).toBeNull());
    await screen.findByTestId(id.homeSay);
    expect(screen.queryByTestId(id.passwordField)).toBeNull();
    expect(world.query?.state, 'the report was not given up').toBe('ready');
  });

  it('is seen in elder mode too, as is an inquiry the person did not make', async () => {
    open('ready', undefined, (w) => {
      w.settings = { ...w.settings, elder: true };
      w.takeover = 'done';
      w.alarm('CMB');
    });
    expect(await screen.findByTestId(id.takeover)).toBeTruthy();
    expect(await screen.findByText('招商银行收到过一次不是您发出的查询')).toBeTruthy();
  });
});

describe('an enrolment that waits on another device', () => {
  it('can be stopped beside the message that told of it', async () => {
    const { world } = open('ready', { at: 'notify' }, (w) => (w.otherDevice = true));
    expect(await screen.findByText('更换设备提醒')).toBeTruthy();
    await press(id.notMe);
    await press(id.confirmYes);
    expect(await screen.findByText(/已停用那台设备/)).toBeTruthy();
    expect(world.otherDevice).toBe(false);
  });

  it('is not offered to be stopped where there is none', async () => {
    open('ready', { at: 'notify' });
    await screen.findByText('查询结果');
    expect(screen.queryByTestId(id.notMe)).toBeNull();
  });
});

describe('a new device in its first day', () => {
  it('offers no query, and says from when', async () => {
    open('none', undefined, (w) => (w.holdUntil = Date.parse('2026-11-25T01:00:00.000Z')));
    expect((await screen.findByTestId(id.homeWaits)).textContent).toContain('11 月 25 日（周三）09:00 起可以查');
    expect(screen.queryByTestId(id.homeNext)).toBeNull();
  });
});
