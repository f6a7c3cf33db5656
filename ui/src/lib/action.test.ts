import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import type { Backend } from './backend/backend';
import type { Fake } from './backend/fake/fake';
import type { Screen } from './screens';
import { id } from './testids';
import { open } from '../testing';

const query_id = '5d1f0a22-0000-4000-8000-000000000001';

/** The next answer is held back while two changes are told; what is said the second time nobody tells again. */
async function changedWhileRead<Group extends 'read' | 'expire' | 'notify'>(
  backend: Fake,
  group: Group,
  name: keyof Backend[Group] & string,
  change: () => void = () => undefined,
): Promise<void> {
  const acts = backend[group] as Record<string, (...given: unknown[]) => Promise<unknown>>;
  const ask = acts[name] as (...given: unknown[]) => Promise<unknown>;
  let release = (): void => undefined;
  const asked = vi.spyOn(acts, name).mockImplementationOnce(async (...given) => {
    const answer = await ask(...given);
    await new Promise<void>((go) => (release = go));
    return answer;
  });
  backend.tell('query');
  await waitFor(() => expect(asked).toHaveBeenCalledOnce());
  change();
  backend.tell('query');
  backend.tell('query');
  await new Promise((resolve) => setTimeout(resolve));
  release();
  await waitFor(() => expect(asked).toHaveBeenCalledTimes(2));
}

describe('what changes while it is read', () => {
  it('is read once more: the cards of the bank that was late are there', async () => {
    const backend = open('unlocked', { at: 'read' });
    const banks = backend.world.query?.banks ?? [];
    await screen.findByTestId(id.reportTotal);
    await changedWhileRead(backend, 'read', 'report', () => {
      if (backend.world.query) backend.world.query.banks = banks.filter(({ bank }) => bank !== 'PAB');
    });
    await waitFor(() => expect(screen.getByTestId(id.reportTotal).textContent).toBe('共 15 张卡'));
  });

  it.each([
    ['of a record', { at: 'record', query_id }, 'expire', 'record', id.recordSay],
    ['among the messages', { at: 'notify' }, 'notify', 'messages', id.navMessages],
  ] as const)('%s too', async (_, at, group, name, shown) => {
    const backend = open('unlocked', at as Screen);
    await screen.findByTestId(shown);
    await waitFor(() => expect(screen.getByTestId(id.screen).dataset.at).toBe(at.at));
    await changedWhileRead(backend, group, name as never);
  });
});
