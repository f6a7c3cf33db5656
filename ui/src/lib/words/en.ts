import { about } from './en/about';
import { apply } from './en/apply';
import { collect } from './en/collect';
import { common } from './en/everywhere';
import { consent } from './en/consent';
import { desktop } from './en/desktop';
import { enrol } from './en/enrol';
import { errors } from './en/errors';
import { expire } from './en/expire';
import { home } from './en/home';
import { notify } from './en/notify';
import { read } from './en/read';
import { help, settings } from './en/settings';
import { start } from './en/start';
import { unlock } from './en/unlock';
import { verify } from './en/verify';
import type { Words } from './words';

export const en: Words = {
  common,
  home,
  enrol,
  consent,
  verify,
  apply,
  collect,
  notify,
  start,
  unlock,
  read,
  expire,
  settings,
  desktop,
  help,
  about,
  errors,
};
