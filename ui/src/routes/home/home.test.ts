import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import App from '../../App.svelte';
import { fake } from '$lib/backend/fake/fake';
import { scene, type Scene } from '$lib/backend/fake/scene';
import { iso, refuse, type World } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { open, press, refused } from '../../testing';

function home(name: Scene, change: (world: World) => void = () => undefined): World {
  const world = scene(name);
  world.settings = { ...world.settings, locale: 'zh-CN' };
  change(world);
  render(App, { backend: fake(world) });
  return world;
}
const said = async (): Promise<string> => (await screen.findByTestId(id.homeSay)).textContent ?? '';

describe('home', () => {
  it('says that nothing is lost when the keychain stands in the way', async () => {
    home('ready', (world) => (world.trouble = refuse('keychain_locked')));
    await waitFor(async () => expect(await said()).toContain('报告还在，没有丢'));
    expect(screen.queryByTestId(id.homeNext), 'there is nothing else to press').toBeNull();
  });

  it('raises an alarm over an inquiry the person did not make, with the way to help', async () => {
    home('ready', (world) => world.alarm('CMB'));
    const alarm = await screen.findByRole('alert');
    await waitFor(() => expect(alarm.textContent).toContain('招商银行收到过一次不是您发出的查询'));
    expect(alarm.textContent).toContain('遇到诈骗');
  });

  it('goes on raising an alarm when its being seen could not be kept', async () => {
    const world = home('ready', (w) => w.alarm('CMB'));
    world.refusals.set('settings.alarms_seen', refuse('disk_full'));
    await press(id.alarmSeen('unknown_inquiry'));
    expect(await refused()).toBe('disk_full');
    expect(await screen.findByText('招商银行收到过一次不是您发出的查询')).toBeTruthy();
  });

  it('tells what many banks were asked in one sentence, and is silent once it was seen', async () => {
    const world = home('ready', (w) => w.alarm('CMB', 'ICBC', 'CCB', 'ABC'));
    expect(await screen.findByText('招商银行、工商银行等 4 家银行收到过一次不是您发出的查询')).toBeTruthy();
    await press(id.alarmSeen('unknown_inquiry'));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
    expect(world.alarms.map((alarm) => alarm.seen)).toEqual([true, true, true, true]);
    expect(screen.getByTestId(id.toast).textContent).toContain('已收进“查询记录”');
  });

  it('keeps a seen alarm among the records, with its day, and no other', async () => {
    open('ready', { at: 'records' }, (w) => {
      w.alarm('CMB', 'ICBC');
      w.alarms = w.alarms.map((alarm) => ({ ...alarm, seen: alarm.bank === 'CMB' }));
    });
    const kept = await screen.findByText(/招商银行收到过一次不是您发出的查询/);
    expect(kept.textContent).toContain('2026 年 11 月 15 日');
    expect(screen.queryByText(/工商银行收到过/)).toBeNull();
  });

  it('says of a report past its end that nothing is deleted while the time is in doubt', async () => {
    const past = (doubtful: boolean) => (w: World) => {
      if (w.query) w.query.ends_at = iso(w.now() - 1000);
      w.doubtful = doubtful;
    };
    open('ready', undefined, past(true));
    expect((await screen.findByTestId(id.homeSay)).textContent).toBe('报告暂时不能看');
    expect(screen.getByText(/核对之前看不了，/)).toBeTruthy();
    cleanup();
    open('ready', undefined, past(false));
    expect((await screen.findByTestId(id.homeSay)).textContent).toBe('报告已过期');
  });

  it('says in easy mode too when the next query is possible', async () => {
    open('ready', undefined, (w) => (w.settings = { ...w.settings, elder: true }));
    expect(await screen.findByText(/^下一次查询：/)).toBeTruthy();
  });

  it('offers no query before its time, and says when', async () => {
    home('none', (world) => (world.nextAt = Date.parse('2026-11-27T16:00:00.000Z')));
    expect(await screen.findByText('还没到下一次查询的时间')).toBeTruthy();
    expect(screen.getByText('下一次查询：11 月 28 日 00:00 起')).toBeTruthy();
    expect(screen.queryByTestId(id.homeNext)).toBeNull();
  });

  it('tells the end in words beside the countdown, and no figure of the report', async () => {
    home('ready');
    await waitFor(async () => expect(await said()).toContain('3 天'));
    expect(document.body.textContent).toContain('11 月 27 日（周五）24:00 到期');
    expect(document.body.textContent, 'the report is locked').not.toContain('16 张卡');
  });

  it('gives up a draft only after asking, and Esc is the safe answer', async () => {
    const world = home('draft');
    await fireEvent.click(await screen.findByTestId(id.applyCancel));
    await screen.findByRole('alertdialog');
    await userEvent.keyboard('{Escape}');
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(world.query, 'nothing was given up').not.toBeNull();
    await fireEvent.click(screen.getByTestId(id.applyCancel));
    await fireEvent.click(await screen.findByTestId(id.confirmYes));
    await waitFor(() => expect(world.query).toBeNull());
  });

  it('speaks the language the person chose', async () => {
    home('none', (world) => (world.settings = { ...world.settings, locale: 'en' }));
    await waitFor(async () => expect(await said()).toBe('No query under way'));
    expect(document.documentElement.lang).toBe('en');
  });
});

describe('the first moment', () => {
  it('claims nothing before the core has spoken, and tells a refusal with a way to try again', async () => {
    const backend = fake(scene('none'));
    backend.world.settings = { ...backend.world.settings, locale: 'zh-CN' };
    backend.world.refusals.set('settings.home', refuse('storage_read_only'));
    render(App, { backend });
    expect((await screen.findByTestId(id.refusal)).textContent).toContain('不能写入');
    expect(screen.queryByTestId(id.enrolBegin), 'nobody is sent to enrol by mistake').toBeNull();
    backend.world.refusals.clear();
    await fireEvent.click(screen.getByText('再试一次'));
    await waitFor(async () => expect(await said()).toBe('没有进行中的查询'));
  });
});
