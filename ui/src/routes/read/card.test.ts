import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { refuse } from '$lib/backend/fake/world';
import type { CardView } from '$lib/backend/types';
import { id } from '$lib/testids';
import { open, press, refused } from '../../testing';
import { reasonsFor } from './why';

const card = { at: 'card', card: 'PAB-1183' } as const;
const made = (given: Partial<CardView>): CardView => ({
  id: 'x',
  bank: 'ICBC',
  product: '',
  kind: 'debit',
  brand: 'unionpay',
  number: '6222***********1496',
  tail: '1496',
  class: 'I',
  status: 'active',
  role: 'primary',
  opened: '2016-04',
  city: null,
  last_used: null,
  flags: [],
  mark: null,
  ...given,
});

afterEach(() => vi.restoreAllMocks());

describe('a card', () => {
  it('of a report that ended shows nothing of it', async () => {
    const { world } = open('unlocked', card, (w) => w.refusals.set('read.report', refuse('expired')));
    await screen.findByTestId(id.reportOver);
    expect(document.body.textContent).not.toContain('1183');
    expect(world.marks.size).toBe(0);
  });

  it('that is not in the report says so, and leads back', async () => {
    open('unlocked', { at: 'card', card: 'no such card' });
    expect(await screen.findByText(/这份报告里没有这张卡/)).toBeTruthy();
  });

  it('is left at once when the vault locks', async () => {
    const { world, tell } = open('unlocked', card);
    await screen.findByText('为什么我可能有这张卡');
    world.vault = 'locked';
    tell('vault');
    await waitFor(() => expect(screen.getByTestId(id.screen).dataset.at).toBe('home'));
    expect(document.body.textContent).not.toContain('1183');
  });

  it('stays as it was when the mark is refused', async () => {
    const { world } = open('unlocked', card);
    world.refusals.set('read.mark', refuse('disk_full'));
    await press(id.mark('not_mine'));
    expect(await refused()).toBe('disk_full');
    expect(screen.getByTestId(id.mark('not_mine')).getAttribute('aria-checked')).toBe('false');
    expect(screen.queryByTestId(id.kit)).toBeNull();
  });

  it('is read without a network', async () => {
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    open('unlocked', card);
    expect(await screen.findByText('为什么我可能有这张卡')).toBeTruthy();
  });

  it('says what a flag of it, or of its bank, rests on', async () => {
    open('unlocked', { at: 'card', card: 'ICBC-8812' });
    const told = await screen.findByText(/长期没有交易的账户/);
    expect(told.parentElement?.textContent).toContain('原则上不超过 4 张');
  });
});

describe('a strange city', () => {
  it('is not marked when the core refuses', async () => {
    const { world } = open('unlocked', card);
    world.refusals.set('read.strange', refuse('locked'));
    await press(id.strange);
    expect(await refused()).toBe('locked');
    expect(screen.getByTestId(id.strange).textContent).toBe('我没去过');
  });

  it('is not asked about where the bank gave no city', async () => {
    open('unlocked', card, (w) => (w.leftOut = ['city']));
    await screen.findByTestId(id.mark('mine'));
    expect(screen.queryByTestId(id.strange)).toBeNull();
  });

  it('flags the card at once, and no more when it is taken back', async () => {
    const { world } = open('unlocked', card);
    await press(id.strange);
    expect(await screen.findByText(/南宁是您标记的陌生城市/)).toBeTruthy();
    expect([...world.strange]).toEqual(['南宁']);
    await press(id.strange);
    await waitFor(() => expect(screen.queryByText(/南宁是您标记的陌生城市/)).toBeNull());
    expect(world.strange.size).toBe(0);
  });
});

describe('why a card might be there', () => {
  it('always ends with somebody else using the ID, and never starts with it', () => {
    for (const kind of ['debit', 'credit', 'quasi_credit']) {
      for (const of of ['I', 'II', 'III', null]) {
        const reasons = reasonsFor(made({ kind, class: of, opened: null }), []);
        expect(reasons.at(-1), `${kind} ${of}`).toBe('misused');
        expect(reasons.length, `${kind} ${of}`).toBeGreaterThan(1);
      }
    }
  });

  it('starts with the credit card of that bank and month, and no other', () => {
    const credit = (given: Partial<CardView>): CardView => made({ kind: 'credit', class: null, ...given });
    const first = (other: CardView): string | undefined => reasonsFor(made({}), [other])[0];
    expect(first(credit({ opened: '2016-05' }))).toBe('with_credit');
    expect(first(credit({ opened: '2016-07' })), 'too long after').not.toBe('with_credit');
    expect(first(credit({ opened: '2016-04', bank: 'CCB' })), 'another bank').not.toBe('with_credit');
  });

  it('names no social security card from before there were any', () => {
    expect(reasonsFor(made({ opened: '2008-03' }), [])).not.toContain('social');
    expect(reasonsFor(made({ opened: '2012-03' }), [])).toContain('social');
  });

  it('is found in the family first for a supplementary card', () => {
    expect(reasonsFor(made({ kind: 'credit', class: null, role: 'supplementary' }), [])[0]).toBe('family');
  });
});

describe('the closing kit', () => {
  it('keeps a tick that was refused undone', async () => {
    const { world } = open('unlocked', card);
    await press(id.mark('not_mine'));
    await screen.findByTestId(id.kitStep('call_bank'));
    world.refusals.set('read.kit_tick', refuse('disk_full'));
    await press(id.kitStep('call_bank'));
    expect(await refused()).toBe('disk_full');
    expect(screen.getByTestId(id.kitStep('call_bank')).getAttribute('aria-checked')).toBe('false');
  });

  it('points to the official site where nobody confirmed the number, and shows none', async () => {
    open('unlocked', card);
    await press(id.mark('not_mine'));
    const step = await screen.findByTestId(id.kitStep('call_bank'));
    expect(step.textContent).toContain('这家的电话待核实，请用银行官网或卡背面的号码');
    expect(screen.getByTestId(id.screen).textContent).not.toContain('95511');
  });

  it('tells what to bring, what blocks closing a card of that kind, and until when ticks are kept', async () => {
    open('unlocked', { at: 'card', card: 'COMM-6012' });
    await press(id.mark('not_mine'));
    const kit = await screen.findByTestId(id.kit);
    await screen.findByTestId(id.kitStep('call_bank'));
    expect(kit.textContent).toContain('一式两份');
    expect(kit.textContent).toContain('溢缴款');
    expect(kit.textContent).not.toContain('社保');
    expect(kit.textContent).toContain('11 月 27 日（周五）24:00');
    await press(id.kitStep('call_bank'));
    await waitFor(() => expect(within(kit).getByText('已完成 1 / 6')).toBeTruthy());
  });
});

describe('a note past the end', () => {
  const write = async (text: string): Promise<void> => {
    await fireEvent.input(await screen.findByTestId(id.noteField), { target: { value: text } });
  };

  it('takes no four digits in a row, says why, and keeps what was typed', async () => {
    const { world } = open('unlocked', card);
    await press(id.mark('not_mine'));
    await press(id.noteOpen);
    for (const text of ['尾号1183', '尾号１１８３', '11 83']) {
      await write(text);
      await waitFor(() => expect((screen.getByTestId(id.noteKeep) as HTMLButtonElement).disabled).toBe(true));
      expect(screen.getByTestId(id.noteWrong).textContent).toContain('4 位数字');
    }
    const field = screen.getByTestId(id.noteField) as HTMLTextAreaElement;
    expect(field.value).toBe('11 83');
    expect(field.closest('details')?.open, 'it does not close under the hand that types').toBe(true);
    expect(world.notes.size).toBe(0);
  });

  it('is kept, rewritten and deleted', async () => {
    const { world } = open('unlocked', card);
    await press(id.mark('not_mine'));
    await press(id.kitStep('call_bank'));
    await write('找李经理');
    await press(id.noteKeep);
    const kept = await screen.findByTestId(id.noteKept);
    expect(kept.textContent).toContain('找李经理');
    expect(kept.textContent).toContain('6 步做了 1 步');
    expect(JSON.stringify([...world.notes.values()]), 'nothing of the card').not.toMatch(/1183|PAB|6222/);
    await press(id.noteRewrite);
    await write('找王经理');
    await press(id.noteKeep);
    await waitFor(() => expect(screen.getByTestId(id.noteKept).textContent).toContain('找王经理'));
    await press(id.noteForget);
    await waitFor(() => expect(screen.queryByTestId(id.noteKept)).toBeNull());
    expect(world.notes.size).toBe(0);
  });

  it('survives leaving the card while it is written, and not the lock', async () => {
    const { world } = open('unlocked', { at: 'read' });
    const field = (): HTMLTextAreaElement => screen.getByTestId<HTMLTextAreaElement>(id.noteField);
    const there = async (): Promise<void> => {
      await press(id.card('1183'));
      await screen.findByTestId(id.noteField);
    };
    await press(id.card('1183'));
    await press(id.mark('not_mine'));
    await press(id.noteOpen);
    await write('找李经理');
    await fireEvent.keyDown(field(), { key: 'Escape' });
    await there();
    expect(field().value).toBe('找李经理');
    expect(field().closest('details')?.open).toBe(true);
    await press(id.lock);
    await press(id.homeNext);
    for (const field of await screen.findAllByTestId(id.passwordField))
      await fireEvent.input(field, { target: { value: world.password } });
    await there();
    expect(field().value).toBe('');
    expect(field().closest('details')?.open).toBe(false);
  });

  it('is shown on the record behind the viewing password only', async () => {
    const query_id = '5d1f0a22-0000-4000-8000-000000000001';
    const note = { words: '找李经理', at: '2026-08-05T00:00:00.000Z', cards: [] };
    const { world } = open('records', { at: 'record', query_id }, (w) => w.notes.set(query_id, note));
    expect(await screen.findByTestId(id.noteUnlock)).toBeTruthy();
    expect(document.body.textContent).not.toContain('找李经理');
    await press(id.noteUnlock);
    for (const field of await screen.findAllByTestId(id.passwordField)) {
      await fireEvent.input(field, { target: { value: world.password } });
    }
    expect((await screen.findByTestId(id.noteKept)).textContent).toContain('找李经理');
    world.refusals.set('expire.forget_note', refuse('disk_full'));
    await press(id.noteForget);
    expect(await refused(), 'said beside the note, which is still there').toBe('disk_full');
    expect(screen.getByTestId(id.noteKept)).toBeTruthy();
    world.refusals.clear();
    await press(id.refusalWay);
    await waitFor(() => expect(screen.queryByTestId(id.noteKept)).toBeNull());
    expect(screen.queryByTestId(id.refusal)).toBeNull();
  });
});
