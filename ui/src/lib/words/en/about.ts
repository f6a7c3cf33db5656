import type { Words } from '../words';

export const about: Words['about'] = {
  title: 'About Mingxia',
  what: 'Mingxia asks the banks one question for you: which cards are in my name?',
  whatMore:
    'Only this device can open the answers. Numbers are masked, and after 7 calendar days the key is destroyed and the report deleted. It is free, shows no advertising and sells nothing.',
  facts: 'This copy',
  version: 'Version',
  profile: 'For',
  profiles: { demo: 'demonstration', real: 'real use' },
  licence: 'Licence',
  own: 'Apache License 2.0: free to use, read and change',
  newHead: 'New versions',
  newOff: 'This copy does not look for new versions. Install them as you did the first time.',
  newSay: 'Mingxia looks only when you press the button, once, and sends nothing about you.',
  newLook: 'Look for a new version',
  newest: 'There is no newer version; yours is the latest.',
  newer: (version) => `There is a new version: ${version}`,
  newInstall: 'Install the new version',
  newInstallSay:
    'It is installed only once it is downloaded and its signature is valid. Mingxia locks first and then opens again; a query that waits for banks goes on.',
  newByHand: 'Install it as you did the first time. It is here:',
  runsHead: 'Who runs it',
  runs: {
    demo: 'The demonstration runs on this computer alone. Banks, platform and SMS are played by a program; no real bank takes part and nothing leaves this computer. Please enter no real data.',
    real: 'Nobody runs a real query service yet, so a real query is not possible for now.',
  },
  problemHead: 'Report a problem',
  problem: 'This line is enough, with what you were doing and the error code shown on the screen.',
  problemNot:
    'Please never send screenshots, reports, SMS texts, SMS codes, names, ID numbers, mobile or card numbers.',
  problemLine: 'A line that is safe to send',
  builtHead: 'Open-source software used',
  builtSay: 'All of them, with the full text of each licence, are installed beside the program: licences.txt.',
};
