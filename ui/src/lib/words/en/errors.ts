import type { ErrorWords } from '../words';

const ours = {
  what: 'This step did not work; the fault is in our program.',
  todo: 'What you entered is kept. Please try again; if it happens again, update the app.',
};
const consentSpoiled = {
  what: 'This consent was not accepted.',
  todo: 'No bank was asked. Please give consent once more; it does not count as a query.',
};
/** 1 try · 4 tries */
const tries = (left: string | number): string => (Number(left) === 1 ? '1 try' : `${left} tries`);
const at = (value: string | number | undefined): string => String(value ?? '');

export const errors: ErrorWords = {
  malformed: ours,
  unknown_field: ours,
  unsupported_version: {
    what: 'The platform no longer supports this version.',
    todo: 'Please update the app. Your report and records are kept.',
  },
  idempotency_missing: ours,
  idempotency_mismatch: ours,
  signature_missing: ours,
  signature_invalid: ours,
  signature_coverage: ours,
  clock_skew: {
    what: 'The time on this device is too far from Beijing time.',
    todo: 'Turn on automatic time in the system settings, then try again.',
  },
  nonce_used: { what: 'The same request came twice; only the first counts.', todo: 'Please try again.' },
  digest_mismatch: {
    what: 'What was sent changed on the way, and the platform did not accept it.',
    todo: 'Try again on another network.',
  },
  key_unknown: { what: 'The platform does not know this device.', todo: 'Please enrol again. Your records are kept.' },
  too_large: ours,
  media_type: ours,
  method_not_allowed: ours,
  not_found: { what: 'The platform has no such item.', todo: 'Please go to the home screen to see how things stand.' },
  in_progress: {
    what: 'The previous step is still being carried out.',
    todo: 'Please wait a few seconds, then try again.',
  },
  state_changed: { what: 'Things have just changed.', todo: 'Please go to the home screen and continue from there.' },
  rate_limited: { what: 'Too many attempts in a short time.', todo: 'Try again in a while. What you entered is kept.' },
  sms_limit: {
    what: 'Too many codes were sent to this mobile today.',
    todo: 'Please try again tomorrow. If it was not you, see “Fraud help”.',
  },
  busy: { what: 'The platform is very busy.', todo: 'Try again in a while. What you entered is kept.' },
  maintenance: {
    what: 'The platform is under maintenance.',
    todo: 'Please try again in a while. Reports are not affected.',
  },
  internal: ours,

  identity_not_confirmed: {
    what: 'At least one of name, ID, mobile and card number does not match what the bank has on file.',
    todo: 'Please check each one and send again. If your mobile has changed, update it at your bank first.',
  },
  age_not_served: {
    what: 'This service is not available to anyone under 16.',
    todo: 'Please go to a bank counter with a guardian.',
  },
  document_not_served: {
    what: 'This kind of document cannot be used here.',
    todo: 'Please take it to a bank counter.',
  },
  account_frozen: {
    what: 'Your account is frozen because “Not me” was pressed on another device.',
    todo: 'Please verify your identity on the original device, and the account returns there.',
  },
  device_on_hold: {
    what: (p, f) =>
      p.until ? `A new device can query from ${f.moment(at(p.until))}.` : 'A new device can query after 24 hours.',
    todo: 'This guards against impostors. Please come back then; there is no need to enrol again.',
  },
  device_retired: {
    what: 'Your account has moved to another device.',
    todo: 'If that was not you, open “Fraud help” now and verify your identity on this device.',
  },

  query_live: {
    what: 'A query is already under way.',
    todo: 'See its progress on the home screen, or withdraw it first.',
  },
  allowance_used: {
    what: 'The seven days of your last report are not over.',
    todo: (p, f) =>
      p.next_at ? `You can query again from ${f.from(at(p.next_at))}.` : 'The home screen shows the next date.',
  },
  consent_known: consentSpoiled,
  consent_lapsed: {
    what: 'The consent was not sent within 15 minutes and has lapsed.',
    todo: 'No bank was asked. Please give consent once more; it does not count as a query.',
  },
  consent_invalid: consentSpoiled,
  consent_notice_changed: {
    what: 'The text of the consent has just changed.',
    todo: 'Please read the new version, then decide.',
  },
  consent_bank_unknown: {
    what: 'One of the banks you chose is no longer in the directory.',
    todo: 'Please choose the banks again.',
  },
  consent_suite: consentSpoiled,
  consent_key: consentSpoiled,
  consent_times: {
    what: 'The time on the consent does not match the platform’s.',
    todo: 'Turn on automatic time in the system settings, then give consent once more.',
  },
  face_consent_missing: {
    what: 'You did not agree to the use of face data, so you cannot verify by face.',
    todo: 'Please verify by bank card, or cancel this query and start again.',
  },
  withdrawn: {
    what: 'This query was withdrawn.',
    todo: 'The answers received were deleted. You can query again when you need to.',
  },
  not_closed: {
    what: 'The report is not ready yet.',
    todo: 'Please wait for the banks to answer; it takes 24 hours at most.',
  },
  retry_none_open: {
    what: 'There is no bank left to ask again.',
    todo: 'Every bank that can answer has answered. Please call the others.',
  },
  retry_used_up: {
    what: 'The banks cannot be asked again in this query.',
    todo: 'Please call the banks that did not answer.',
  },
  expired: { what: 'The report has expired.', todo: 'Only the record and the consent are kept. You can query again.' },
  deleted: { what: 'The report was deleted.', todo: 'Only the record and the consent are kept.' },

  code_wrong: {
    what: 'The code is wrong.',
    todo: (p) =>
      p.left === undefined
        ? 'Please look at the SMS and enter it again.'
        : `Please look at the latest SMS; ${tries(p.left)} left.`,
  },
  code_ended: {
    what: 'After 5 wrong tries this code is no longer valid.',
    todo: 'You can send a new one in a minute.',
  },
  code_expired: { what: 'The code is older than 5 minutes and has expired.', todo: 'Please send a new one.' },
  verification_void: {
    what: 'This verification is no longer valid.',
    todo: 'Please verify again, or choose the other way.',
  },
  verification_other_consent: {
    what: 'This verification belongs to another consent.',
    todo: 'Please verify again for this one.',
  },
  factor_missing: {
    what: 'One check is still missing.',
    todo: 'Both are needed: the SMS code, and either face or bank card.',
  },
  face_not_matched: {
    what: 'The face did not match.',
    todo: (p) =>
      p.left === undefined
        ? 'Try in better light, or verify by bank card.'
        : `Try in better light; ${tries(p.left)} left. Or verify by bank card.`,
  },
  card_bank_unavailable: {
    what: 'Your bank cannot confirm at the moment.',
    todo: 'Please try again later, or verify by face.',
  },

  name_invalid: { what: 'The name is not right.', todo: 'Please write it exactly as on your ID, including any dot.' },
  id_number_invalid: {
    what: 'The ID number is not right; its check character does not match.',
    todo: 'Please compare all 18 characters with your ID.',
  },
  mobile_invalid: { what: 'The mobile number is not right.', todo: 'Please enter all 11 digits.' },
  card_number_invalid: {
    what: 'The card number is not right; its check digit does not match.',
    todo: 'Please compare all 12 to 19 digits with the card.',
  },
  phrase_invalid: {
    what: 'This phrase cannot be used.',
    todo: 'Please write 4 to 20 characters; do not use numbers or passwords of yours.',
  },

  no_bank_chosen: { what: 'No bank is chosen.', todo: 'Please choose at least one.' },
  no_kind_chosen: { what: 'No kind of card is chosen.', todo: 'Please choose at least one.' },
  notice_not_read: { what: 'The consent has not been read to the end.', todo: 'Please read it, then decide.' },
  separate_consent_missing: {
    what: 'A separate consent has not been chosen yet.',
    todo: 'Please look at each one, then decide.',
  },
  directory_expired: {
    what: 'The directory of banks is out of date and cannot be used.',
    todo: 'Please go online; it updates by itself. Then try again.',
  },
  directory_refused: {
    what: 'The directory of banks failed a check and was not used.',
    todo: 'Please try another network. If it happens again, update the app.',
  },

  offline: {
    what: 'The platform cannot be reached.',
    todo: 'Please check the network. What you entered is kept, and reports open offline.',
  },
  timed_out: { what: 'The platform did not answer in time.', todo: 'Please try again; nothing is done twice.' },
  answer_refused: {
    what: 'The platform’s answer failed a check and was not used.',
    todo: 'Please try another network. If it happens again, update the app.',
  },

  keychain_missing: {
    what: 'A key of Mingxia is missing from the system keychain.',
    todo: 'Reports on this device may no longer open. You can verify your identity and query again.',
  },
  keychain_locked: {
    what: 'The system keychain is locked. Your report is still here.',
    todo: ({ desktop }) => {
      if (desktop === 'kde') return 'Please open the wallet “kdewallet” in KWalletManager, then try again.';
      if (desktop === 'macos') return 'Please unlock “login” in Keychain Access, then try again.';
      if (desktop === 'windows') return 'Please sign out of Windows and in again, then try again.';
      return 'Please unlock “Login” in the system’s “Passwords and Keys”, then try again.';
    },
  },
  keychain_denied: {
    what: 'The system did not let Mingxia read its key.',
    todo: 'Try again and choose “Allow” when asked.',
  },
  keychain_cancelled: {
    what: 'The system’s prompt was cancelled.',
    todo: 'Try again and choose “Allow” when asked.',
  },
  keychain_not_set_up: {
    what: 'This computer has no system keychain yet.',
    todo: ({ desktop }) => {
      const how =
        desktop === 'kde'
          ? 'Please enable KDE Wallet in System Settings and make a wallet with a password'
          : desktop === 'gnome'
            ? 'Please make a password keyring called “Login” in “Passwords and Keys”, with a password'
            : desktop === 'other'
              ? 'Please install the GNOME keyring (gnome-keyring) or KDE Wallet and make a login keychain with a password'
              : 'Please create a login keychain with a password first';
      return `${how}, then try again. Mingxia keeps its keys nowhere else.`;
    },
  },
  keychain_unavailable: {
    what: 'The system keychain cannot be used at the moment. Your report is still here.',
    todo: 'Please log in to the system again, then try again.',
  },
  keychain_timed_out: {
    what: 'The system keychain did not answer. Your report is still here.',
    todo: 'See whether a system window is waiting for you, then try again.',
  },

  password_wrong: {
    what: 'The viewing password is wrong.',
    todo: (p) => (p.left === undefined ? 'Please think again.' : `Please think again; ${tries(p.left)} left.`),
  },
  password_wait: {
    what: 'Too many wrong tries in a row; you need to wait.',
    todo: (p, f) =>
      p.seconds === undefined
        ? 'Please try again later. Changing the time does not shorten it.'
        : `Try again in ${f.wait(Number(p.seconds))}. Changing the time does not shorten it.`,
  },
  password_short: { what: 'The password is too short.', todo: 'Use a phrase of 8 characters or more, or 6 digits.' },
  password_long: { what: 'The password is too long.', todo: 'Use 128 characters at most.' },
  password_weak: {
    what: 'This password is too easy to guess.',
    todo: 'Please choose another: no repeats, no runs, no birthday, no last digits of your ID or mobile.',
  },
  password_characters: {
    what: 'The password contains characters that cannot be used.',
    todo: 'Please use letters, digits and common punctuation.',
  },
  kdf_parameters: {
    what: 'The password’s wrapping on this device was altered and was not used.',
    todo: 'Please enter no password. You can set a new one with “Forgotten password”.',
  },
  vault_unopenable: {
    what: 'This report can no longer be opened on this device.',
    todo: 'You can verify your identity, set a new password and query again.',
  },
  locked: { what: 'The report is locked.', todo: 'Please enter your viewing password.' },

  biometrics_not_set_up: {
    what: 'No fingerprint or face is set up on this phone, so it cannot unlock this way.',
    todo: 'Please set one up in the system settings, or use the viewing password.',
  },
  biometrics_changed: {
    what: 'The fingerprints or the face on this phone have changed. The key for them is void and this way is off. Your report is still here.',
    todo: 'Please enter your viewing password. If you changed nothing, find out who used this phone.',
  },
  biometrics_cancelled: {
    what: 'No fingerprint or face was checked.',
    todo: 'Try again, or enter your viewing password.',
  },
  biometrics_locked_out: {
    what: 'Nobody was recognised several times; the system accepts no fingerprint or face for now.',
    todo: 'Please enter your viewing password.',
  },
  biometrics_unavailable: {
    what: 'The fingerprint or face check cannot be used at the moment.',
    todo: 'Please try again, or enter your viewing password.',
  },
  biometrics_off: { what: 'Unlocking this way is off.', todo: 'Please enter your viewing password.' },

  clock_doubtful: {
    what: 'The time on this device is in doubt and is being checked.',
    todo: 'Please go online and turn on automatic time. Nothing is deleted until it is checked.',
  },
  disk_full: {
    what: 'The disk is full; this was not saved.',
    todo: 'Please free some space and try again. Everything saved before is still here.',
  },
  storage_read_only: {
    what: 'The folder where Mingxia keeps its data cannot be written to.',
    todo: 'Please check its permissions, then try again.',
  },
  storage_damaged: {
    what: 'The data on this device is damaged and was not used.',
    todo: 'You can enrol again and query again. The damaged file was set aside.',
  },
  storage_newer: { what: 'The data was written by a newer version.', todo: 'Please update the app to open it.' },
  no_query: { what: 'No query is under way.', todo: 'Please go to the home screen.' },
  wrong_state: {
    what: 'This step is not possible now.',
    todo: 'Please go to the home screen and continue from there.',
  },
  not_printed: {
    what: 'It was not printed, and no file was written.',
    todo: 'Please choose another printer, or a folder that can be written to, and try again. You can also copy the letter by hand.',
  },
  update_unsigned: {
    what: 'The signature of the new version does not fit. It was not used, and nothing was installed.',
    todo: 'This version is unchanged and works as before. Please look again in a day; if it stays so, do not download Mingxia elsewhere, and tell us the code on the screen.',
  },
  update_unreadable: {
    what: 'What is said of the new version cannot be understood, or there is none for this device. Nothing was installed.',
    todo: 'This version is unchanged and works as before. Please look again in some days.',
  },
  update_unfinished: {
    what: 'Something is half done, and a new version would cut it off now.',
    todo: 'Please finish or cancel it from the home screen, then install.',
  },
  update_not_installed: {
    what: 'The system did not put the new version in.',
    todo: 'This version is unchanged and works as before. Try again, or install it as you did the first time.',
  },
};
