import type { Component } from 'svelte';
import type { Screen, ScreenName } from '$lib/screens';
import About from './about/About.svelte';
import Apply from './apply/Apply.svelte';
import Collect from './collect/Collect.svelte';
import Consent from './consent/Consent.svelte';
import Kept from './consent/Kept.svelte';
import Enrol from './enrol/Enrol.svelte';
import Record from './expire/Record.svelte';
import Help from './help/Help.svelte';
import Home from './home/Home.svelte';
import Notify from './notify/Notify.svelte';
import Card from './read/Card.svelte';
import Letter from './read/Letter.svelte';
import Places from './read/Places.svelte';
import Read from './read/Read.svelte';
import Records from './records/Records.svelte';
import Protection from './settings/Protection.svelte';
import Settings from './settings/Settings.svelte';
import Biometrics from './unlock/Biometrics.svelte';
import Change from './unlock/Change.svelte';
import Forgotten from './unlock/Forgotten.svelte';
import Unlock from './unlock/Unlock.svelte';
import Verify from './verify/Verify.svelte';

type Props<Name extends ScreenName> = Omit<Extract<Screen, { at: Name }>, 'at'>;

/** Which component draws which screen. Complete by type, and each gets exactly what its screen carries. */
export const table: { [Name in ScreenName]: Component<Props<Name>> } = {
  home: Home,
  enrol: Enrol,
  consent: Consent,
  kept: Kept,
  verify: Verify,
  apply: Apply,
  collect: Collect,
  notify: Notify,
  unlock: Unlock,
  forgotten: Forgotten,
  password: Change,
  biometrics: Biometrics,
  read: Read,
  card: Card,
  letter: Letter,
  places: Places,
  record: Record,
  records: Records,
  settings: Settings,
  protection: Protection,
  help: Help,
  about: About,
};
