import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { Fake } from '$lib/backend/fake/fake';
import { entries } from '$lib/backend/fake/people';
import { refuse } from '$lib/backend/fake/world';
import { id } from '$lib/testids';
import { zhCN } from '$lib/words/zh-CN';
import { fill, open, press, refused } from '../../testing';

const words = zhCN.enrol;
const cancel = (): HTMLButtonElement | null => screen.queryByRole('button', { name: words.cancel });

async function atTheCode(): Promise<Fake> {
  const backend = open('new', { at: 'enrol' });
  await fill(id.enrolName, entries.name);
  await fill(id.enrolId, entries.id_number);
  await fill(id.enrolMobile, entries.mobile);
  await fill(id.enrolCard, entries.card_number);
  await press(id.enrolSubmit);
  await screen.findByTestId(id.codeField);
  return backend;
}

describe('giving up', () => {
  it('leaves nothing of what was begun', async () => {
    const { world } = await atTheCode();
    cancel()?.click();
    await waitFor(() => expect(screen.getByTestId(id.screen).dataset.at).toBe('home'));
    expect(world.phase).toBe('not_enrolled');
    await press(id.enrolBegin);
    expect(((await screen.findByTestId(id.enrolName)) as HTMLInputElement).value).toBe('');
  });

  it('that is refused is said, and keeps what was typed', async () => {
    const { world } = await atTheCode();
    world.refusals.set('enrol.cancel', refuse('keychain_locked'));
    cancel()?.click();
    expect(await refused()).toBe('keychain_locked');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(screen.getByTestId(id.screen).dataset.at).toBe('enrol');
    screen.getByRole('button', { name: words.code.back }).click();
    expect(((await screen.findByTestId(id.enrolName)) as HTMLInputElement).value).toBe(entries.name);
  });

  it('waits for what is being done', async () => {
    const { world } = await atTheCode();
    world.stuck.add('enrol.confirm');
    await fill(id.codeField, entries.code);
    expect(cancel()?.disabled).toBe(true);
  });

  it('is not offered any more where the core refuses it: after the code there is an account', async () => {
    const backend = await atTheCode();
    await fill(id.codeField, entries.code);
    await screen.findByTestId(id.phraseField);
    expect(cancel()).toBeNull();
    await expect(backend.enrol.cancel()).rejects.toMatchObject({ code: 'wrong_state' });
    expect(backend.world.phase).toBe('enrolling');
  });
});
