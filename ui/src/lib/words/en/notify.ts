import type { Words } from '../words';

export const notify: Words['notify'] = {
  title: 'Check an SMS',
  head: 'Is this SMS real?',
  sub: 'Every official SMS carries check letters; it is real only if they match. ‹Each SMS has its own.›',
  none: 'No recent SMS.',
  list: 'Letters to expect',
  kind: {
    enrol_code: 'Enrolment code',
    query_code: 'Query code',
    result: 'Query result',
    device_changed: 'Change of device',
    query_started: 'Query started',
  },
  notMe: {
    ask: 'An SMS about another device, and it was not you?',
    askSay: 'If none came, or you are changing devices yourself, there is nothing to do.',
    press: 'Not me',
    title: 'Was it not you?',
    one: 'That device is stopped at once and cannot query in your name.',
    two: 'The account is frozen; verify your identity on this device to take it back.',
    three: 'Report and records on this device stay as they are.',
    yes: 'Not me, stop it',
    no: 'It was me',
    done: 'That device was stopped. Please look at “Fraud help” once more.',
  },
  rules: {
    head: 'Three rules',
    link: 'An official SMS carries no link, no bank name and no number of cards',
    code: 'Codes are entered here only; anyone who asks for one is a fraudster',
    type: 'Check letters are for looking at; you never type them',
  },
};
