import type { Words } from '../words';

export const expire: Words['expire'] = {
  title: 'Record',
  delete: {
    title: 'Delete this report now?',
    one: 'It is deleted from this device and its key is destroyed; it cannot be restored.',
    two: (when) => `You may send one more query in its place; the one after that must wait until ${when}.`,
    three: 'The record and the consent stay.',
    yes: 'Delete the report',
    no: 'Keep it for now',
  },
  say: {
    lapsed: 'This query was never sent',
    refused: 'This query was not accepted',
    withdrawn: 'Withdrawn',
    deleted: 'Report deleted',
    empty: 'No bank answered',
    lost: 'The report cannot be opened',
    device_changed: 'Moved to another device',
    expired: 'Report expired',
  },
  sub: {
    lapsed: () => 'The consent lapsed, its key is destroyed and nothing was sent. ‹It does not count as a query.›',
    refused: () => 'The platform did not accept it and its key is destroyed. ‹It does not count as a query.›',
    withdrawn: (when) =>
      `Withdrawn by you on ${when}; the answers are deleted and the key on this device is destroyed.`,
    deleted: (when) =>
      `Deleted by you on ${when}; the key on this device is destroyed. ‹No copy that opens it exists elsewhere.›`,
    empty: () =>
      'No bank answered within 24 hours, so there is no report. ‹It does not count as a query; you can query again.›',
    lost: () => 'The key to the report is gone and nobody can restore it. ‹You can query again at once.›',
    device_changed: () => 'Your account moved to another device; the report on this one was deleted.',
    expired: (when) =>
      `Deleted on ${when}; the key on this device is destroyed. ‹No copy that opens it exists elsewhere.›`,
  },
  kept: 'What is kept',
  keptNot: 'Nothing about cards',
  number: 'Number',
  given: 'Agreed',
  accepted: 'Accepted',
  generated: 'Issued',
  scope: 'Scope',
  ended: 'Ended',
  receipts: 'Receipts',
  receipt: {
    collected: 'Answers collected, deleted there',
    deadline: 'Deleted at the end',
    deleted: 'Deleted at your request',
    withdrawn: 'Withdrawn',
    device_changed: 'Deleted after a change of device',
    account: 'Deleted with the account',
  },
  receiptSigned: 'Signed by the platform',
  show: 'Show',
  hide: 'Hide',
  consent: 'Consent',
  consentSay: (v) => `Version ${v}, signed by this device`,
  answers: 'Bank by bank',
  answersNot: 'Only whether they answered, not what',
  again: 'Query again',
  none: 'No records yet. After a query, its date and consent stay here.',
  onlyDates: 'Date, scope and consent only; no cards',
};
