import { about } from './zh-CN/about';
import { apply } from './zh-CN/apply';
import { collect } from './zh-CN/collect';
import { common } from './zh-CN/everywhere';
import { consent } from './zh-CN/consent';
import { desktop } from './zh-CN/desktop';
import { enrol } from './zh-CN/enrol';
import { errors } from './zh-CN/errors';
import { expire } from './zh-CN/expire';
import { home } from './zh-CN/home';
import { notify } from './zh-CN/notify';
import { read } from './zh-CN/read';
import { help, settings } from './zh-CN/settings';
import { start } from './zh-CN/start';
import { unlock } from './zh-CN/unlock';
import { verify } from './zh-CN/verify';

export const zhCN = {
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
