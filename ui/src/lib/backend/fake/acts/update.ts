import type { Backend } from '../../backend';
import type { UpdateView } from '../../types';
import type { Stage } from '../stage';

export function update(stage: Stage): Backend['update'] {
  const { world } = stage;
  const view = (): UpdateView => ({ ...world.update });

  return {
    state: () => stage.command('update.state', view),
    look: () =>
      stage.command('update.look', () => {
        world.update = { ...world.update, newer: world.announced, refused: null };
        return view();
      }),
    install: () => stage.command('update.install', () => null),
  };
}
