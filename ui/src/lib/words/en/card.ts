import type { Words } from '../words';
import { count } from '../count';

export const card: Words['read']['card'] = {
  ask: 'Did you open this card?',
  mine: 'Mine',
  not_sure: 'Not sure',
  not_mine: 'Not mine',
  note: 'Kept on this device only; no bank is told. Change it any time.',
  strange: 'Never been',
  strangeSet: 'unfamiliar city',
  strangeUndo: 'Undo',
  gone: 'This card is not in the report. After a bank answers again, its cards may stand in another order.',
  goneBack: 'Back to the report',
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
      'Only scrambled fingerprints are compared; the earlier cards were not kept. A new or replaced card shows up like this.',
    strange_city:
      'Every card opened there is pointed out, until the report ends. Accounts opened online are often booked at a head office.',
    dormant:
      'Banks restrict accounts unused for a long time. If you do not need it, closing it keeps it from being misused.',
    frozen: 'A bank, a court or the police can freeze an account; only the bank can tell you why.',
    lost: 'A lost card still counts towards this bank’s limit. A branch can replace or close it.',
    other: 'The bank marked this card; please ask the bank.',
  },
  bankWhy: {
    more_than_four_debit: 'By central bank rules, one person should hold no more than 4 debit cards at one bank.',
    more_than_one_class_one: 'By central bank rules, one person may hold only 1 class I account at one bank.',
  },
  why: 'Why might I have this card?',
  reasons: {
    with_credit: [
      'Opened together with a credit card',
      'You have a credit card at this bank, opened within a month of this card. This is probably its repayment account; the bank’s app shows it.',
    ],
    wages: [
      'For wages',
      'An employer or platform opened it for everyone; you may never have held it. Ask the employer of those years, or look at old pay slips.',
    ],
    mortgage: [
      'To repay a mortgage or a car loan',
      'The lender asks for one. Look for the account in the loan contract. The card stays after the loan is repaid, and can be closed.',
    ],
    student_loan: [
      'A student loan, or opened by a school',
      'Schools open cards for a whole year’s intake, for fees, grants and student loans. Ask the school’s aid office or the lender.',
    ],
    social: [
      'Social security, medical insurance or subsidies',
      'A social security card is a bank card too; pensions and farm subsidies come with one. Ask the social security office, or the village or neighbourhood committee.',
    ],
    online: [
      'A class II account opened online',
      'Opened on a phone for an investment, a subsidy or a loan; there is no plastic card. The bank’s app shows the opening date.',
    ],
    small: [
      'A class III account for small payments',
      'Used by transit, campus and phone payments: at most 2,000 yuan, no plastic card.',
    ],
    branch_era: [
      'From an old passbook or card',
      'Opening an account was simple then: passbooks became cards, banks merged, employers signed up everyone. Ask at a branch with your ID.',
    ],
    asked_for: [
      'You once applied',
      'In a mall, at a branch or on your phone. A card approved but never activated still counts, usually without an annual fee.',
    ],
    joint: [
      'A co-branded or member card',
      'Some airline, supermarket and fuel cards are credit cards. Look for a bank’s name on them.',
    ],
    family: [
      'A supplementary card from your family',
      'The primary card is theirs and pays the bills. Ask at home; the primary cardholder can have it stopped.',
    ],
    old_credit: [
      'A quasi-credit card from earlier years',
      'An old kind of card on which money is deposited first, often opened by an employer. It can be closed.',
    ],
    idle: [
      'Used once, then forgotten',
      'Left behind by a move or a new job. The month of last use may remind you where you lived then.',
    ],
    misused: [
      'Somebody else opened it with your ID',
      'Your ID was lost or lent, or somebody has a photo of it. Mark the card as not yours and follow the steps.',
    ],
  },
  how: 'How to find out',
  howCall: (bank, hotline) => `Call ${bank} on ${hotline}`,
  howCallSay: (tail) => `Give the last digits ${tail}; ask when, where and how it was opened`,
  howCallUnknown: (bank) => `Call ${bank}`,
  howCallUnknownSay:
    'Its number is to be confirmed. Use the one on the bank’s site or a card’s back, not a search result',
  howBranch: 'Take your ID to a branch',
  howBranchSay: 'You may ask to see the application papers',
  howFraud: 'If money you cannot explain came or went, call 96110',
  howFraudSay: 'The national anti-fraud line',
  wrong: 'The bank’s data is wrong, for example an old mobile number',
  wrongSay: 'Have it corrected at a branch with your ID, then query again. We cannot change a bank’s data.',
  close: 'I no longer want this card',
};

export const kit: Words['read']['kit'] = {
  head: 'Dealing with this card',
  done: (n, all) => `${count(n)} of ${count(all)} done`,
  until: (end) => `What you tick is kept until ${end}, ‹and deleted with the report.›`,
  steps: {
    call_bank: [
      'Call the bank and have payments stopped',
      'Say you did not open it; ask when, where and how; note the staff number',
    ],
    ask_what_blocks: ['Ask what blocks closing', 'With even one of them left, the card cannot be closed that day'],
    go_to_branch: ['Close it at a branch', 'Go in person with your ID; you may ask to see the application papers'],
    dispute_letter: ['Hand in the dispute letter', 'Filled in from the report; two copies, signed'],
    report_96110: [
      'If you suspect misuse of your identity: call 96110',
      'If money has moved, call the police on 110 as well; UnionPay’s 95516 can also help',
    ],
    check_next_report: [
      'Query again later to see that it is closed',
      'The date of the next query is on the home screen',
    ],
  },
  line: (hotline) => `Official number ${hotline}`,
  lineUnknown: 'Its number is to be confirmed: use the one on the bank’s site or a card’s back',
  letterOpen: 'Open',
  bring: 'What to bring',
  bringList: {
    id_card: 'Your ID, and an old one if you have it',
    mobile: 'A phone that receives SMS; if your number has changed, have the counter update it first',
    the_card: 'The card or passbook; if you never saw it, say so',
    letter: 'The signed dispute letter, twice; ask the branch to stamp one copy as received',
    in_person: 'Go yourself; if you cannot, call and ask whether somebody may act for you, and with what papers',
  },
  blocks: 'What blocks closing',
  blocksEach: 'One by one',
  blocksSay: 'Rules differ between banks: call before you go, and clear these one by one.',
  blocksList: {
    loan: ['A loan or mortgage is repaid from it', 'Name another account first, or repay the loan'],
    social: [
      'Social security, insurance or pension uses it',
      'Have the payments moved first; on a social security card, stop the banking function first',
    ],
    salary: ['Wages or subsidies are paid into it', 'Give your employer another account first'],
    linked: ['Phone payments, utilities, tolls or memberships are linked', 'Unlink each, and wait for the last debit'],
    money: [
      'A balance, deposit, investment or fund',
      'Withdraw or move it; a fixed deposit must mature or be ended early',
    ],
    frozen: ['It is frozen or restricted', 'Ask the bank who froze it; it can be closed once that is lifted'],
    owed: ['Money or instalments are owed', 'Repay all, and wait for the last statement'],
    overpaid: ['You paid back too much', 'Move the credit balance to a debit card; some banks charge'],
    supplementary: ['It has supplementary cards', 'Have those closed first, then the primary card'],
    autopay: [
      'Automatic payments or memberships are linked',
      'Unlink each; it usually takes 45 days until the card is finally closed',
    ],
  },
};

export const keep: Words['read']['keep'] = {
  head: 'Keep a note after the report ends',
  say: 'Marks, ticks and this card are deleted with the report. You can keep a few words of your own and how far you got. They are kept in your records, behind the viewing password.',
  field: 'Your own words',
  hint: 'For example “the bank will answer within three working days; ask for Mr Li”. No card, last digits or telephone: four digits in a row cannot be kept.',
  digits: 'There are four digits in a row, perhaps a card number. Please take them out first.',
  room: (n) => (n === 1 ? '1 character left' : `${count(n)} characters left`),
  submit: 'Keep it',
  again: 'Rewrite',
  forget: 'Delete this',
  kept: 'Your note',
  keptAt: (when) => `Kept ${when}`,
  progress: (i, done, all) => `Card ${i} to deal with: ${count(done)} of ${count(all)} steps done`,
  nothing: 'No words of your own, only how far you got.',
  locked: 'If you kept a word about this query, it is shown after the viewing password.',
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
  asOf: 'Answered by the bank on',
  asksHead: 'I did not open this card. I hereby dispute it and ask you to:',
  asks: [
    'examine when, where, how and on what papers it was opened, and answer me in writing;',
    'stop payments on the account in the meantime;',
    'close it once it is found that I did not open it, and correct what you have reported.',
  ],
  name: 'Name',
  idNumber: 'ID number',
  sign: 'Signature',
  date: 'Date',
  contact: 'Telephone',
  source: (when) => `Taken from my query report of ${when}; the number was masked by the bank.`,
  until: (end) => `The report is readable until ${end}, ‹and destroyed then; this cannot be printed again.›`,
  deadline: (end) => `Print before ${end}`,
  copyBefore: (end) => `Copy before ${end}`,
  deadlineSay: 'After that the report has ended, and this letter can no longer be opened.',
  print: 'Print or save as PDF',
  note: 'Paper and file are yours to keep safe. They hold one masked number and nothing of other cards; name and ID number are written by hand.',
  hidden: 'Family is helping and all numbers are hidden. Turn that off to use the letter.',
  copy: 'A phone cannot print it. Copy it by hand, sign it and give it to the bank; at the counter you can also show it.',
};
