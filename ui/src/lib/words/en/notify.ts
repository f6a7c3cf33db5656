import type { Words } from '../words';

export const notify: Words['notify'] = {
  title: 'Check an SMS',
  head: 'Is this SMS real?',
  sub: 'Every official SMS carries check letters; it is real only if they match. ‹Each SMS has its own.›',
  none: 'No SMS lately.',
  list: 'Letters to expect',
  kind: {
    enrol_code: 'Enrolment code',
    query_code: 'Query code',
    result: 'Query result',
    device_changed: 'Change of device',
    query_started: 'Query started',
  },
  rules: {
    head: 'Three rules',
    link: 'An official SMS has no link, no bank name, no number of cards',
    code: 'Codes are entered here only; whoever asks for one is a fraud',
    type: 'Check letters are for looking at; you never type them',
  },
};
