import type { Backend } from '../backend';
import type { Change } from '../types';
import { apply, collect, notify } from './acts/collect';
import { consent } from './acts/consent';
import { enrol } from './acts/enrol';
import { expire } from './acts/expire';
import { read } from './acts/read';
import { settings } from './acts/settings';
import { unlock } from './acts/unlock';
import { update } from './acts/update';
import { verify } from './acts/verify';
import { Stage } from './stage';
import { World } from './world';

export type Fake = Backend & {
  world: World;
  tell(what: Change['what']): void;
  /** the telephone's button for going back; where nobody listens to it the system takes the app away */
  pressBack(): void;
  listensToBack(): boolean;
};

/** The made-up federation in one object. Every refusal a screen must draw can be asked for by name. */
export function fake(world: World = new World()): Fake {
  const stage = new Stage(world);
  const back = new Set<() => void>();
  return {
    world,
    tell: (what) => stage.tell(what),
    get system() {
      return world.system;
    },
    onBack: (press) => {
      back.add(press);
      return Promise.resolve(() => void back.delete(press));
    },
    pressBack: () => back.forEach((press) => press()),
    listensToBack: () => back.size > 0,
    onChanged: (listener) => Promise.resolve(stage.listen(listener)),
    settings: settings(stage),
    enrol: enrol(stage),
    consent: consent(stage),
    verify: verify(stage),
    apply: apply(stage),
    collect: collect(stage),
    notify: notify(stage),
    unlock: unlock(stage),
    read: read(stage),
    expire: expire(stage),
    update: update(stage),
  };
}
