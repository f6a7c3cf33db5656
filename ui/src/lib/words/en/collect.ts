import type { Words } from '../words';
import { count } from '../count';

export const collect: Words['collect'] = {
  title: 'Collecting',
  say: (n, all) => `${count(n)} of ${count(all)} banks have answered`,
  spoken: (n, all) => `${count(n)} of ${count(all)} banks have answered`,
  due: (due) => `The report comes by ${due}. ‹A slow bank does not hold up the others.›`,
  asOf: (time) => `As of ${time}.`,
  latest: (bank, time) => `Latest answer: ${bank}, ${time}`,
  closed: 'The report is ready',
  closedSay:
    'You can open it now. Banks that did not answer can be asked again under the same consent; it does not count as another query.',
  closedAll: 'You can open it now.',
  retryingSay:
    'You can open it now. The banks that did not answer are being asked again; their answers join the report.',
  each: 'Bank by bank',
  at: (state, time) => `${state} ${time}`,
  round: (n) => `round ${count(n)}`,
  nAnswered: (n) => `${count(n)} answered`,
  nRefused: (n) => `${count(n)} declined`,
  nSilent: (n) => `${count(n)} no answer`,
  nUncovered: (n) => `${count(n)} not covered`,
  nPending: (n) => `${count(n)} waiting`,
  check: (check) => `The result SMS must show ${check}`,
  foot: 'You may close the app. An SMS and a notification come with the report. Only whether a bank answered is shown here; the content needs your password.',
  withdraw: 'Withdraw consent',
  refresh: 'Update now',
  retry: 'Ask the remaining banks again',
  open: 'Open the report',
  early: 'See the answers so far',
  overdue: 'The report is due, but the platform has not been reached yet. ‹It comes as soon as it is.›',
};
