import type { ErrorWords } from '../words';

const ours = {
  what: 'This step did not work; the fault is in our program.',
  todo: 'What you entered is kept. Try again; if it stays so, update the app.',
};
const consentSpoiled = {
  what: 'This consent was not accepted.',
  todo: 'Nothing was asked. Please agree once more; it does not count.',
};
const at = (value: string | number | undefined): string => String(value ?? '');

export const errors: ErrorWords = {
  malformed: ours,
  unknown_field: ours,
  unsupported_version: {
    what: 'This version is too old for the platform.',
    todo: 'Update the app. Report and records stay.',
  },
  idempotency_missing: ours,
  idempotency_mismatch: ours,
  signature_missing: ours,
  signature_invalid: ours,
  signature_coverage: ours,
  clock_skew: {
    what: 'The time on this device is too far off.',
    todo: 'Turn on automatic time in the system, then try again.',
  },
  nonce_used: { what: 'The same request came twice; only the first counts.', todo: 'Please try again.' },
  digest_mismatch: {
    what: 'What was sent changed on the way and was not taken.',
    todo: 'Try again on another network.',
  },
  key_unknown: { what: 'The platform does not know this device.', todo: 'Please enrol again. Records stay.' },
  too_large: ours,
  media_type: ours,
  method_not_allowed: ours,
  not_found: { what: 'The platform has no such item.', todo: 'Go home to see how things stand.' },
  in_progress: { what: 'The last step is still being done.', todo: 'Wait a few seconds, then try again.' },
  state_changed: { what: 'Things have just changed.', todo: 'Go home and continue from there.' },
  rate_limited: { what: 'That was too often.', todo: 'Try again in a while. What you entered is kept.' },
  sms_limit: { what: 'Too many codes went to this mobile today.', todo: 'Try tomorrow, or verify in another way.' },
  busy: { what: 'The platform is very busy.', todo: 'Try again in a while. What you entered is kept.' },
  maintenance: { what: 'The platform is under maintenance.', todo: 'Try again in a while. Reports are not affected.' },
  internal: ours,

  identity_not_confirmed: {
    what: 'Name, ID, mobile or card number: at least one does not match the bank’s file.',
    todo: 'Check each and send again. If your mobile changed, have the bank change it first.',
  },
  age_not_served: { what: 'Under 16, this query is not open to you.', todo: 'Go to a bank counter with a guardian.' },
  document_not_served: { what: 'This kind of document is not served here.', todo: 'Please take it to a bank counter.' },
  account_frozen: {
    what: 'Your account is frozen because “Not me” was pressed on another device.',
    todo: 'Prove who you are on the old device, or call the hotline.',
  },
  device_on_hold: {
    what: (p, f) =>
      p.until ? `A new device can query from ${f.moment(at(p.until))}.` : 'A new device can query after 24 hours.',
    todo: 'This guards against impostors. Come back then; no need to enrol again.',
  },
  device_retired: {
    what: 'Your account has moved to another device.',
    todo: 'If that was not you, open “Fraud help” now and prove who you are on this device.',
  },

  query_live: { what: 'A query is already under way.', todo: 'See its progress at home, or withdraw it first.' },
  allowance_used: {
    what: 'The seven days of your last report are not over.',
    todo: (p, f) =>
      p.next_at ? `You can ask again from ${f.from(at(p.next_at))}.` : 'The home screen shows the next date.',
  },
  consent_known: consentSpoiled,
  consent_lapsed: {
    what: 'The consent was not sent within 15 minutes and lapsed.',
    todo: 'Nothing was asked. Please agree once more; it does not count.',
  },
  consent_invalid: consentSpoiled,
  consent_notice_changed: { what: 'The text of the consent has just changed.', todo: 'Read the new one, then decide.' },
  consent_bank_unknown: { what: 'One chosen bank has left the directory.', todo: 'Please choose again.' },
  consent_suite: consentSpoiled,
  consent_key: consentSpoiled,
  consent_times: {
    what: 'The time on the consent does not fit.',
    todo: 'Turn on automatic time, then agree once more.',
  },
  face_consent_missing: {
    what: 'You did not agree to the use of face data, so the face way is closed.',
    todo: 'Verify by bank card, or give up and agree anew.',
  },
  withdrawn: { what: 'This query was withdrawn.', todo: 'Answers were deleted. You can ask again when needed.' },
  not_closed: { what: 'The report is not ready.', todo: 'Wait for the banks; 24 hours at most.' },
  retry_none_open: { what: 'No bank is left to ask again.', todo: 'All that can answer have. Please call the others.' },
  retry_used_up: { what: 'All rounds are used.', todo: 'Please call the banks that did not answer.' },
  expired: { what: 'Report expired.', todo: 'Record and consent stay. You can ask again.' },
  deleted: { what: 'Report deleted.', todo: 'Record and consent stay.' },

  code_wrong: {
    what: 'The code is wrong.',
    todo: (p) =>
      p.left === undefined ? 'Look at the SMS and enter it again.' : `Look at the newest SMS; tries left: ${p.left}.`,
  },
  code_ended: { what: 'After 5 wrong tries this code is void.', todo: 'You can send a new one in a minute.' },
  code_expired: { what: 'The code is older than 5 minutes.', todo: 'Please send a new one.' },
  verification_void: { what: 'This check no longer counts.', todo: 'Verify again, or choose the other way.' },
  verification_other_consent: { what: 'This check belongs to another consent.', todo: 'Verify again for this one.' },
  factor_missing: { what: 'One check is still missing.', todo: 'It takes both: the SMS code, and face or bank card.' },
  face_not_matched: {
    what: 'The face did not match.',
    todo: (p) =>
      p.left === undefined
        ? 'Try in better light, or verify by bank card.'
        : `Try in better light; tries left: ${p.left}. Or verify by bank card.`,
  },
  card_bank_unavailable: { what: 'Your bank cannot confirm at present.', todo: 'Try again later, or verify by face.' },

  name_invalid: { what: 'The name is not right.', todo: 'Write it as on your ID, with any dot in it.' },
  id_number_invalid: {
    what: 'The ID number is not right; its last character does not fit.',
    todo: 'Compare all 18 characters with your ID.',
  },
  mobile_invalid: { what: 'The mobile number is not right.', todo: 'Enter 11 digits.' },
  card_number_invalid: {
    what: 'The card number is not right; its check digit does not fit.',
    todo: 'Compare all 12 to 19 digits with the card.',
  },
  phrase_invalid: {
    what: 'This phrase cannot be used.',
    todo: 'Write 4 to 20 characters; no numbers or passwords of yours.',
  },

  no_bank_chosen: { what: 'No bank is chosen.', todo: 'Please choose at least one.' },
  no_kind_chosen: { what: 'No kind of card is chosen.', todo: 'Please choose at least one.' },
  notice_not_read: { what: 'The text was not read to its end.', todo: 'Read it, then decide.' },
  separate_consent_missing: { what: 'A separate consent is missing.', todo: 'Look at each, then decide.' },
  directory_expired: {
    what: 'The directory of banks is out of date.',
    todo: 'Go online; it updates by itself. Then try again.',
  },
  directory_refused: {
    what: 'The directory of banks failed a check and was not used.',
    todo: 'Try another network. If it stays so, update the app.',
  },

  offline: {
    what: 'The platform cannot be reached.',
    todo: 'Check the network. What you entered is kept; reports open offline.',
  },
  timed_out: { what: 'The platform did not answer in time.', todo: 'Try again; nothing is done twice.' },
  answer_refused: {
    what: 'The platform’s answer failed a check and was not used.',
    todo: 'Try another network. If it stays so, update the app.',
  },

  keychain_missing: {
    what: 'The system keychain has lost a key of Mingxia.',
    todo: 'Reports here may not open any more. Prove who you are and ask again.',
  },
  keychain_locked: {
    what: 'The system keychain is locked. Your report is still here.',
    todo: 'Unlock “Login” in the system’s passwords and keys, then try again.',
  },
  keychain_denied: {
    what: 'The system did not let Mingxia read its key.',
    todo: 'Try again and choose “Allow” when asked.',
  },
  keychain_cancelled: {
    what: 'The system’s question was cancelled.',
    todo: 'Try again and choose “Allow” when asked.',
  },
  keychain_not_set_up: {
    what: 'This computer has no keychain yet.',
    todo: 'Make a login keychain with a password first. Mingxia keeps its keys nowhere else.',
  },
  keychain_unavailable: {
    what: 'The keychain cannot be used now. Your report is still here.',
    todo: 'Log in to the system again, then retry.',
  },
  keychain_timed_out: {
    what: 'The keychain did not answer. Your report is still here.',
    todo: 'See whether a system window waits for you, then retry.',
  },

  password_wrong: {
    what: 'The viewing password is wrong.',
    todo: (p) => (p.left === undefined ? 'Please think again.' : `Please think again; tries left: ${p.left}.`),
  },
  password_wait: {
    what: 'Too many wrong tries; a wait has begun.',
    todo: (p, f) =>
      p.secs === undefined
        ? 'Try again after it.'
        : `Try again in ${f.wait(Number(p.secs))}. Changing the time does not help.`,
  },
  password_short: { what: 'The password is too short.', todo: 'A phrase of 8 characters or more, or 6 digits.' },
  password_long: { what: 'The password is too long.', todo: '128 characters at most.' },
  password_weak: {
    what: 'This password is easy to guess.',
    todo: 'No repeats, runs, birthday, or ends of your ID or mobile. Choose another.',
  },
  password_characters: {
    what: 'The password holds characters that cannot be used.',
    todo: 'Use letters, digits and common marks.',
  },
  kdf_parameters: {
    what: 'The password’s wrapping on this device was altered and not used.',
    todo: 'Enter no password any more. Use “Forgotten password” to set a new one.',
  },
  vault_unopenable: {
    what: 'This report cannot be opened on this device any more.',
    todo: 'Prove who you are, set a new password and ask again.',
  },
  locked: { what: 'The report is locked.', todo: 'Enter your viewing password.' },

  clock_doubtful: {
    what: 'The time on this device is in doubt and being checked.',
    todo: 'Go online and turn on automatic time. Nothing is deleted until then.',
  },
  disk_full: {
    what: 'The disk is full; this was not saved.',
    todo: 'Free some space and try again. The rest is still here.',
  },
  storage_read_only: { what: 'The folder cannot be written to.', todo: 'Check its permissions, then try again.' },
  storage_damaged: {
    what: 'The data on this device is damaged and was not used.',
    todo: 'Enrol and ask again. The damaged file was set aside.',
  },
  storage_newer: { what: 'The data was written by a newer version.', todo: 'Update the app to open it.' },
  no_query: { what: 'No query is under way.', todo: 'Please go home.' },
  wrong_state: { what: 'This step is not possible now.', todo: 'Go home and continue from there.' },
};
