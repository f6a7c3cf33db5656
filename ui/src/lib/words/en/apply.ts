import type { Words } from '../words';

export const apply: Words['apply'] = {
  head: 'Check it once, then send',
  sub: (until) => `Valid if sent by ${until}.`,
  banks: 'Banks',
  proved: 'Verified',
  provedSay: (second) => `SMS code · ${second}`,
  deadline: 'Report by',
  deadlineSay: 'Exactly 24 hours after the platform accepts it',
  allowance: 'Next query',
  allowanceSay: 'From 00:00 on the eighth day after the report; if no bank answers, it does not count',
  after: {
    head: 'Once it is sent',
    each: 'Banks answer one by one; a slow one holds up no other.',
    withdraw: 'You can withdraw at any time, two steps from the home screen.',
    close: 'You may close the app. An SMS comes when the report is there.',
  },
  submit: 'Send the query',
  sending: 'Sending…',
  sendingSay: 'If the network fails, the same query is sent again; it never counts twice.',
  cancel: 'Cancel this query',
  cancelTitle: 'Cancel this query?',
  cancelOne: 'The consent lapses and its key is destroyed. Nothing is sent.',
  cancelTwo: 'It does not count as a query; you can start again any time.',
  cancelYes: 'Cancel query',
  cancelNo: 'Continue',
};
