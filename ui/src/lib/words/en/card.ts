import type { Words } from '../words';

export const card: Words['read']['card'] = {
  ask: 'Did you open this card?',
  mine: 'Mine',
  not_sure: 'Not sure',
  not_mine: 'Not mine',
  note: 'Kept on this device only; no bank is told. Change it any time.',
  strange: (city) => `I never was in ${city}`,
  strangeSay: (city) =>
    `While on, every card opened in ${city} is pointed out. Turn it off any time; it is deleted with the report.`,
  head: 'The bank’s answer',
  product: 'Product',
  role: 'Role',
  opened: 'Opened',
  class: 'Class',
  city: 'City',
  used: 'Last used',
  brand: 'Brand',
  flagWhy: {
    new_since_last:
      'Told from scrambled fingerprints; the earlier cards were not kept. A card that was replaced shows up like this too.',
    strange_city: 'The city of the branch. Accounts opened online are often booked at the bank’s head office.',
    dormant: 'Banks restrict accounts unused for long. Closing it keeps it from being misused.',
    frozen: 'A bank, a court or the police can freeze an account; only the bank can tell you why.',
    lost: 'A lost card still counts towards this bank’s limit. A branch replaces or closes it.',
    other: 'The bank gave a hint; please ask it.',
  },
  bankWhy: {
    more_than_four_debit: 'By central bank rules one person should hold no more than 4 debit cards at one bank.',
    more_than_one_class_one: 'By central bank rules one person may hold only 1 class I account at one bank.',
  },
  why: 'Why might I have this card',
  whySay: 'Likely ones first; open one to see how to check.',
  reasons: {
    with_credit: [
      'Opened together with a credit card',
      'You have a credit card here, opened within a month of it. This is likely its repayment account; look it up in the bank’s app.',
    ],
    wages: [
      'For wages',
      'An employer or platform opened it for everyone; you may never have held it. Ask the employer of those years, or look at old pay slips.',
    ],
    mortgage: [
      'For repaying a mortgage or car loan',
      'The lender asks for one. Look for the account in the loan contract. It stays after the loan ends, and can be closed.',
    ],
    student_loan: [
      'A student loan, or opened by a school',
      'Schools open cards for a whole year’s intake, for fees, grants and student loans. Ask the school’s aid office or the lender.',
    ],
    social: [
      'Social security, medical insurance or subsidies',
      'A social security card is a bank card too; pensions and farm subsidies come with one. Ask the local office.',
    ],
    online: [
      'A class II account opened online',
      'Opened on a phone for an investment, a subsidy or a loan; there is no plastic card. The bank’s app shows the date.',
    ],
    small: [
      'A class III account for small payments',
      'Used by transit, campus and phone payments: at most 2,000 yuan, no plastic card.',
    ],
    branch_era: [
      'From an old passbook or card',
      'Opening was simple then: passbooks became cards, banks merged, employers signed up whole staffs. A branch can tell.',
    ],
    asked_for: [
      'You once applied',
      'In a mall, at a branch or on the phone. Approved but never activated, it still is a card, usually without a fee.',
    ],
    joint: [
      'A co-branded or member card',
      'Some airline, supermarket and fuel cards are credit cards. Look for a bank’s name on them.',
    ],
    family: [
      'A supplementary card of your family',
      'The main card is theirs and pays for it. Ask at home; the main cardholder can stop it.',
    ],
    old_credit: [
      'A quasi-credit card of earlier years',
      'An old kind of card on which money is deposited first, often opened by an employer. It can be closed.',
    ],
    idle: [
      'Used once, then forgotten',
      'Left behind by a move or a new job. The month of last use may tell where you were then.',
    ],
    misused: [
      'Somebody used your ID',
      'It was lost or lent, or a photo of it was sent to somebody. Mark the card as not yours and take the steps.',
    ],
  },
  how: 'How to find out',
  howCall: (bank, hotline) => `Call ${bank} on ${hotline}`,
  howCallSay: (tail) => `Give the last digits ${tail}; ask when, where and how it was opened`,
  unconfirmed: 'This number is not confirmed; check the bank’s site or the back of a card',
  howBranch: 'Take your ID to a branch',
  howBranchSay: 'You may ask to see the application',
  howFraud: 'Money you cannot explain: call 96110',
  howFraudSay: 'the national anti-fraud line',
  wrong: 'The bank’s data is wrong, for example an old mobile',
  wrongSay: 'Have it corrected at a branch, then ask again. We cannot change a bank’s data.',
  close: 'I no longer want this card',
};

export const kit: Words['read']['kit'] = {
  head: 'Dealing with this card',
  done: (n, all) => `${n} of ${all} done`,
  until: (end) => `What you tick is kept until ${end}, and deleted with the report.`,
  steps: {
    call_bank: [
      'Call the bank and have payments stopped',
      'Say you did not open it; ask when, where and how; note the agent’s number',
    ],
    ask_what_blocks: ['Ask what blocks closing', 'With one of them left, it cannot be closed that day'],
    go_to_branch: ['Close it at a branch', 'Go in person with your ID; you may ask to see the application'],
    dispute_letter: [
      'Hand in the dispute letter',
      'Filled in from the report; print and sign it, have it receipted, keep a copy',
    ],
    report_96110: [
      'If somebody used your identity: call 96110',
      'If money moved, call the police on 110; UnionPay answers on 95516',
    ],
    check_next_report: ['Ask again later to see it closed', 'The date of the next query is on the home screen'],
  },
  line: (hotline) => `Official number ${hotline}`,
  lineUnconfirmed: (hotline) => `The number ${hotline} is not confirmed; check the bank’s site or the back of a card`,
  letterOpen: 'Open',
  bring: 'What to bring',
  bringList: {
    id_card: 'Your ID; the old one too if it was opened with that',
    mobile: 'A phone that receives SMS; have the counter enter a new number first',
    the_card: 'The card or passbook; if you never saw it, say so',
    letter: 'The dispute letter, printed and signed, twice',
    in_person: 'You go yourself; if you cannot, call and ask whether somebody may, and with what papers',
  },
  blocks: 'What blocks closing',
  blocksSay: 'Banks differ: call before you go, and clear these one by one.',
  blocksList: {
    loan: ['A loan or mortgage is repaid from it', 'Name another account first, or repay the loan'],
    social: [
      'Social security, insurance or pension uses it',
      'Have them pay elsewhere; a social security card’s bank side is stopped first',
    ],
    salary: ['Wages or subsidies arrive on it', 'Give your employer another account'],
    linked: ['Phone payments, utilities, tolls or memberships are linked', 'Unlink each, and wait for the last debit'],
    money: ['A balance, deposit, investment or fund', 'Withdraw or move it; a deposit ends first'],
    frozen: ['It is frozen or restricted', 'Ask the bank by whom; only then can it be closed'],
    owed: ['Money or instalments are owed', 'Repay all, and wait for the last statement'],
    overpaid: ['You paid back too much', 'Move the credit balance to a debit card; some banks charge'],
    supplementary: ['Supplementary cards hang on it', 'Stop those first'],
    autopay: ['Automatic payments or memberships are linked', 'Unlink each; closing usually takes 45 more days'],
  },
};

export const keep: Words['read']['keep'] = {
  head: 'Keep a word past the end',
  say: 'Marks, ticks and this card are deleted with the report. You may keep a few words of your own and how far you got. They stand in your records, behind the viewing password.',
  field: 'Your own words',
  hint: 'For example “the bank answers within three days, ask for Mr Li”. No card, last digits or telephone: four digits in a row are not kept.',
  digits: 'There are four digits in a row, perhaps of a card. Take them out first.',
  room: (left) => `Room for ${left} more`,
  submit: 'Keep it',
  again: 'Rewrite',
  forget: 'Delete this',
  kept: 'What you kept',
  keptAt: (when) => `kept ${when}`,
  progress: (i, done, all) => `Card ${i} to deal with: ${done} of ${all} steps done`,
  nothing: 'No words, only how far you got.',
  locked: 'What you kept is shown after the viewing password.',
  unlock: 'Enter the viewing password',
};

export const letter: Words['read']['letter'] = {
  title: 'Dispute letter',
  to: (bank) => `To ${bank}:`,
  body: (bank) => `I learned from a query that the following card at ${bank} is registered in my name:`,
  number: 'Number (masked)',
  product: 'Product',
  kind: 'Kind',
  status: 'Status',
  opened: 'Opened',
  asOf: 'Bank’s answer of',
  asksHead: 'I do not accept that I opened it. I dispute it and ask you to:',
  asks: [
    'examine when, where, how and on what papers it was opened, and answer me in writing;',
    'stop payments on the account meanwhile;',
    'close it if it was not opened by me, and correct what you have reported.',
  ],
  name: 'Name',
  idNumber: 'ID number',
  sign: 'Signature',
  date: 'Date',
  contact: 'Telephone',
  source: (when, end) =>
    `Taken from a query report of ${when}. The report is readable until ${end} and destroyed then; it cannot be printed again.`,
  deadline: (end) => `Print before ${end}`,
  deadlineSay: 'Then the report ends, and this letter with it.',
  print: 'Print or save as PDF',
  note: 'Paper and file are yours to keep safe. They hold one masked number and nothing of other cards; name and ID number are written by hand.',
  hidden: 'Somebody is helping you and all numbers are hidden. Turn that off to print.',
  blocked: 'This device opened no print window. You can copy the letter by hand.',
};
