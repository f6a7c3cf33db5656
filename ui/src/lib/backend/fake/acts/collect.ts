import type { Backend } from '../../backend';
import type { CollectView } from '../../types';
import type { Stage } from '../stage';
import { refuse, spans } from '../world';

export function apply(stage: Stage): Backend['apply'] {
  const { world } = stage;
  return {
    submit: () =>
      stage.command('apply.submit', () => {
        world.accept(world.now());
        return stage.query();
      }),
    cancel: () => stage.command('apply.cancel', () => world.end('lapsed')),
  };
}

export function collect(stage: Stage): Backend['collect'] {
  const { world } = stage;
  const view = (): CollectView => ({ query: stage.query(), banks: world.query?.banks ?? [] });
  const silent = ['CBHB', 'CQRCB'];
  return {
    state: () => stage.command('collect.state', view),
    refresh: () =>
      stage.command('collect.refresh', () => {
        world.answer(4, world.now());
        if (world.query?.banks.every((bank) => bank.state !== 'pending' || silent.includes(bank.bank)))
          world.close(world.now());
        stage.tell('query');
        return view();
      }),
    retry: () =>
      stage.command('collect.retry', () => {
        if (!world.query?.can_retry) throw refuse('retry_none_open');
        world.query.can_retry = false;
        world.query.state = 'retrying';
        world.query.banks = world.query.banks.map((bank) =>
          bank.state === 'unanswered' ? { ...bank, state: 'pending', round: 2 } : bank,
        );
        return view();
      }),
  };
}

export function notify(stage: Stage): Backend['notify'] {
  const { world } = stage;
  const ago = (ms: number): string => new Date(world.now() - ms).toISOString();
  return {
    messages: () =>
      stage.command('notify.messages', () => ({
        expected: [
          ...(world.otherDevice || world.takeover
            ? [{ kind: 'device_changed', check: { zh: '松石门', en: 'KIVO' }, at: ago(spans.minute) }]
            : []),
          { kind: 'result', check: { zh: '燕水山', en: 'JTHV' }, at: ago(0) },
          { kind: 'query_started', check: { zh: '夏山钟', en: 'NJUX' }, at: ago(spans.hour) },
          { kind: 'query_code', check: { zh: '雪湖门', en: 'EDGY' }, at: ago(spans.hour) },
        ],
        not_me: world.otherDevice || world.takeover === 'done',
      })),
  };
}
