import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { refuse } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { fill, open, press, refused } from '../../testing';

async function agree(): Promise<void> {
  await press(id.consentNext);
  for (const part of await screen.findAllByTestId(id.consentPart)) await fireEvent.focus(part);
  await fireEvent.focus(screen.getByTestId(id.consentEnd));
  await press(id.consentSensitive);
  await press(id.consentHandover);
  await press(id.consentAgree);
}

describe('a set of banks with a name', () => {
  it('that is refused keeps the name that was typed', async () => {
    const { world } = open('none', { at: 'consent' });
    world.refusals.set('consent.save_set', refuse('disk_full'));
    await press(id.bank('ICBC'));
    await press(id.bank('CCB'));
    await press(id.setBegin);
    await fill(id.setName, '工资卡');
    await press(id.setSave);
    expect(await refused()).toBe('disk_full');
    expect((screen.getByTestId(id.setName) as HTMLInputElement).value).toBe('工资卡');
    expect(world.sets, 'nothing was kept').toEqual([]);
  });

  it('is not offered for what has a name already, nor beyond ten', async () => {
    open('none', { at: 'consent' }, (w) => {
      w.sets = Array.from({ length: 10 }, (_, i) => ({ name: `第 ${i} 组`, banks: ['BOC', 'ABC'] }));
    });
    await press(id.bankAll);
    expect(screen.queryByTestId(id.setBegin)).toBeNull();
    await press(id.bank('ICBC'));
    expect(screen.getByText('已经存了 10 组，请先删除一组再存。')).toBeTruthy();
    expect(screen.queryByTestId(id.setBegin)).toBeNull();
  });

  it('is kept, chosen with one press, and forgotten again', async () => {
    const { world } = open('none', { at: 'consent' });
    await press(id.bank('ICBC'));
    await press(id.bank('CCB'));
    await press(id.setBegin);
    await fill(id.setName, ' 工资卡 ');
    await press(id.setSave);
    await waitFor(() => expect(world.sets).toEqual([{ name: '工资卡', banks: ['ICBC', 'CCB'] }]));
    const chip = await screen.findByTestId(id.bankSet('工资卡'));
    expect(chip.getAttribute('aria-pressed'), 'it is what is chosen now').toBe('true');
    await press(id.bankSet('工资卡'));
    expect(screen.getByTestId(id.bank('ICBC')).getAttribute('aria-checked'), 'a second press clears it').toBe('false');
    await press(id.bankSet('工资卡'));
    await press(id.setForget);
    await waitFor(() => expect(world.sets).toEqual([]));
    expect(screen.queryByTestId(id.bankSet('工资卡'))).toBeNull();
  });

  it('is there after a look at the text, and what was forgotten is not', async () => {
    open('none', { at: 'consent' }, (w) => (w.sets = [{ name: '旧的', banks: ['BOC', 'ABC'] }]));
    await press(id.kind('debit'));
    await press(id.bankSet('旧的'));
    await press(id.setForget);
    await waitFor(() => expect(screen.queryByTestId(id.bankSet('旧的'))).toBeNull());
    await press(id.bank('ICBC'));
    await press(id.setBegin);
    await fill(id.setName, '工资卡');
    await press(id.setSave);
    await screen.findByTestId(id.bankSet('工资卡'));
    await press(id.consentNext);
    await screen.findByTestId(id.consentEnd);
    await press(id.back);
    await screen.findByTestId(id.bankSet('工资卡'));
    expect(screen.queryByTestId(id.bankSet('旧的'))).toBeNull();
  });
});

describe('facts a person does without', () => {
  it('are none until they are ticked', async () => {
    const backend = open('none', { at: 'consent' });
    const sent = vi.spyOn(backend.consent, 'agree');
    await press(id.bankAll);
    await press(id.kind('debit'));
    await agree();
    await waitFor(() => expect(sent).toHaveBeenCalledOnce());
    expect(sent.mock.calls[0]?.[0].fields).toEqual(
      expect.arrayContaining(['class', 'opened', 'city', 'last_used', 'number']),
    );
  });

  it('are told on the screen of the consent, and not asked for', async () => {
    const backend = open('none', { at: 'consent' });
    const sent = vi.spyOn(backend.consent, 'agree');
    await press(id.bankAll);
    await press(id.kind('debit'));
    await press(id.less('city'));
    await agree();
    expect(screen.getByText('按您的意思，不要开立城市')).toBeTruthy();
    await waitFor(() => expect(sent).toHaveBeenCalledOnce());
    expect(sent.mock.calls[0]?.[0].fields).not.toContain('city');
  });

  it('are called "not asked" in the report; what the bank did not give is called so', async () => {
    open('unlocked', { at: 'card', card: 'CCB-4460' }, (w) => (w.leftOut = ['city']));
    expect(await screen.findByText('您没有要这一项'), 'the city').toBeTruthy();
    expect(screen.getByText('银行未提供'), 'the month of last use').toBeTruthy();
  });
});

describe('a new device that may not ask yet', () => {
  it('is refused with the instant, and no query was made', async () => {
    const backend = open('none', { at: 'consent' });
    backend.world.refusals.set('consent.agree', refuse('device_on_hold', { until: '2026-11-25T01:00:00.000Z' }));
    await press(id.bankAll);
    await press(id.kind('debit'));
    await agree();
    expect((await screen.findByTestId(id.refusal)).textContent).toContain('11 月 25 日（周三）09:00');
    expect(backend.world.query).toBeNull();
  });
});
