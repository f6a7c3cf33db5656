import type { Backend } from '../../backend';
import type { Stage } from '../stage';
import { refuse } from '../world';

const jws = 'eyJhbGciOiJFZERTQSJ9.made-up.made-up';

export function expire(stage: Stage): Backend['expire'] {
  const { world } = stage;
  return {
    delete_now: () => stage.command('expire.delete_now', () => world.end('deleted')),
    record: (query_id) =>
      stage.command('expire.record', () => {
        const row = world.records.find((record) => record.query_id === query_id);
        if (!row) throw refuse('not_found');
        const reason = row.ended === 'deleted' ? 'deleted' : 'deadline';
        return {
          row,
          banks: world.directory.map((bank) => ({
            bank: bank.code,
            state: 'answered',
            at: row.given_at,
            round: 1,
            refusal: null,
          })),
          consent_id: '8d9e6f70-1a2b-4c3d-8e4f-5a6b7c8d9e0f',
          accepted_at: row.given_at,
          generated_at: row.given_at,
          receipts: [
            { reason: 'collected', at: row.given_at, jws },
            { reason, at: row.ended_at, jws },
          ],
          refusal: null,
          note: world.vault === 'unlocked' ? (world.notes.get(query_id) ?? null) : null,
          note_locked: world.vault !== 'unlocked' && world.notes.size > 0,
        };
      }),
    forget_note: (query_id) =>
      stage.command('expire.forget_note', () => {
        if (world.vault !== 'unlocked') throw refuse('locked');
        world.notes.delete(query_id);
        stage.tell('query');
        return null;
      }),
  };
}
