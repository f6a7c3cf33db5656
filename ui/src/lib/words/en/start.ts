import { count } from '../count';
import type { Words } from '../words';

export const start: Words['start'] = {
  of: (at, all) => `Page ${count(at)} of ${count(all)}`,
  next: 'Next',
  back: 'Back',
  skip: 'Skip',
  what: {
    say: 'See which bank cards are ‹in your name›',
    sub: 'One request asks every bank you choose, instead of a visit to each.',
    points: [
      'Debit, credit and quasi-credit cards',
      'Numbers are masked; no balances, no payments',
      'The report comes within 24 hours',
    ],
  },
  yours: {
    say: 'The report opens for you, ‹on this device alone›',
    sub: 'Each bank seals its own part so that only this device can open it.',
    points: [
      'Your viewing password comes first; no network is needed',
      'Neither we nor the platform can open it',
      'Readable for 7 days, then its key is destroyed and it is deleted',
    ],
  },
  calm: {
    say: 'We never call, ‹and never ask for a code›',
    sub: 'Anyone who claims to be Mingxia and asks for a transfer, a code or an installation is a fraudster.',
    points: [
      'Official messages carry no link, but check letters',
      'They are real when the app shows the same letters',
      'Every query needs your consent and proof that it is you',
    ],
  },
  choose: {
    ready: 'Where would you like to begin?',
    readySub: (name) => `This device is set up for ‹“${name}”.›`,
    none: 'This device is not set up for a query service yet',
    noneSub:
      'When one is available, it or this device’s administrator installs the configuration; then open Mingxia again. ‹You can see the demonstration now.›',
    refused: 'The configuration was not accepted',
    fault: {
      malformed: 'The configuration file is incomplete, or says something this app does not know.',
      address: 'The address in the configuration file is not a full secure address (https).',
      unknown_root: 'The root named in the configuration file is not one this version accepts.',
    },
    faultTodo:
      'Ask this device’s administrator to correct it by the documentation, then open Mingxia again. ‹You can see the demonstration now.›',
    begin: 'Enrol',
    demo: 'See the demonstration',
    demoSay: 'The whole way with made-up people and banks; ‹nothing of yours is needed.›',
    noDemo: 'This installation came without the demonstration.',
    starting: 'Opening the demonstration…',
    again: 'Read the introduction again',
  },
};
