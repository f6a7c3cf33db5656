import type { App } from './app.svelte';
import type { Alarm, AlarmKind } from './backend/types';

/** Alarms of one kind, told in one sentence. */
export type Told = { kind: AlarmKind; say: string; ids: number[] };

/** What alarms say, one sentence a kind: three banks are named, more of them counted. */
export function told(app: App, alarms: Alarm[]): Told[] {
  const words = app.words.home;
  return [...new Set(alarms.map((alarm) => alarm.kind))].map((kind) => {
    const those = alarms.filter((alarm) => alarm.kind === kind);
    const banks = [...new Set(those.flatMap(({ bank }) => (bank ? [app.bank(bank)] : [])))];
    const who =
      banks.length > 3 ? words.alarm.among(app.format.list(banks.slice(0, 2)), banks.length) : app.format.list(banks);
    return { kind, say: words.alarm[kind](who), ids: those.map(({ id }) => id) };
  });
}
