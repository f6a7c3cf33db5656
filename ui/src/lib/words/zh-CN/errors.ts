import type { ErrorWords } from '../words';

const ours = {
  what: '这一步没有做成，是我们的程序出了问题。',
  todo: '您填的都在。请再试一次；还不行，请更新应用。',
};
const consentSpoiled = {
  what: '这份授权没有被接受。',
  todo: '什么都没有查。请重新授权一次，不占次数。',
};
const at = (value: string | number | undefined): string => String(value ?? '');

export const errors: ErrorWords = {
  malformed: ours,
  unknown_field: ours,
  unsupported_version: { what: '这个版本太旧，平台已不支持。', todo: '请更新应用，报告和记录都会留着。' },
  idempotency_missing: ours,
  idempotency_mismatch: ours,
  signature_missing: ours,
  signature_invalid: ours,
  signature_coverage: ours,
  clock_skew: { what: '这台设备的时间和北京时间差得太多。', todo: '请在系统里打开“自动设置时间”，再试一次。' },
  nonce_used: { what: '同一个请求送了两次，平台只认第一次。', todo: '请再试一次。' },
  digest_mismatch: { what: '送出的内容在路上变了，平台没有收。', todo: '请换一个网络，再试一次。' },
  key_unknown: { what: '平台不认识这台设备。', todo: '请重新开通。记录会留着。' },
  too_large: ours,
  media_type: ours,
  method_not_allowed: ours,
  not_found: { what: '平台上没有这一项。', todo: '请回到首页看看现在的情况。' },
  in_progress: { what: '上一步还在办。', todo: '请等几秒，再试一次。' },
  state_changed: { what: '情况刚刚变了。', todo: '请回到首页，从那里继续。' },
  rate_limited: { what: '短时间内操作太多。', todo: '请过一会儿再试，您填的都在。' },
  sms_limit: { what: '今天发到这个手机号的验证码太多了。', todo: '请明天再试。如果不是您本人在操作，请看“遇到诈骗”。' },
  busy: { what: '平台现在很忙。', todo: '请过一会儿再试，您填的都在。' },
  maintenance: { what: '平台正在维护。', todo: '请过一会儿再试。已出的报告不受影响。' },
  internal: ours,

  identity_not_confirmed: {
    what: '姓名、证件、手机号和卡号，至少有一项和银行登记的不一致。',
    todo: '请逐项核对后再发一次。手机号换过的，先到银行改预留手机号。',
  },
  age_not_served: { what: '未满 16 周岁，不能在这里查询。', todo: '请由监护人陪同，到银行柜台办理。' },
  document_not_served: { what: '这种证件不能在这里查询。', todo: '请带证件到银行柜台办理。' },
  account_frozen: {
    what: '您的账户已冻结，因为有人在别的设备上点了“不是我”。',
    todo: '请在原来的那台设备上核验本人，账户就回到那里。',
  },
  device_on_hold: {
    what: (p, f) => (p.until ? `新设备要等到 ${f.moment(at(p.until))} 才能查询。` : '新设备要等 24 小时才能查询。'),
    todo: '这是防冒用的规定。到时再来，不用重新开通。',
  },
  device_retired: {
    what: '您的账户已换到另一台设备。',
    todo: '如果不是您本人换的，请马上回首页点“不是我”，再在这台设备上核验本人。',
  },

  query_live: { what: '已有一次查询正在进行。', todo: '请在首页查看进度，或先撤回那一次。' },
  allowance_used: {
    what: '这一份报告的七天还没有过完。',
    todo: (p, f) => (p.next_at ? `${f.from(at(p.next_at))} 起可以再查。` : '首页写着下一次查询的日期。'),
  },
  consent_known: consentSpoiled,
  consent_lapsed: { what: '授权超过 15 分钟没有发出，已经作废。', todo: '什么都没有查。请重新授权，不占次数。' },
  consent_invalid: consentSpoiled,
  consent_notice_changed: { what: '授权书刚刚更新了。', todo: '请看过新的一版，再决定是否同意。' },
  consent_bank_unknown: { what: '选中的银行里，有一家已不在名录里。', todo: '请重新选银行。' },
  consent_suite: consentSpoiled,
  consent_key: consentSpoiled,
  consent_times: { what: '授权上的时间和平台对不上。', todo: '请打开系统的“自动设置时间”，再授权一次。' },
  face_consent_missing: {
    what: '您没有同意使用人脸信息，所以不能用人脸核验。',
    todo: '请改用银行卡核验，或放弃后重新授权。',
  },
  withdrawn: { what: '这次查询已经撤回。', todo: '收到的答复已删除。需要时可以再查。' },
  not_closed: { what: '报告还没有出具。', todo: '请等银行答复完，最长 24 小时。' },
  retry_none_open: { what: '没有可以再问的银行。', todo: '能答复的都已答复。其余的请直接致电银行。' },
  retry_used_up: { what: '这次查询里不能再问了。', todo: '没有答复的银行，请直接致电。' },
  expired: { what: '报告已过期。', todo: '只留下记录和授权书。可以再查一次。' },
  deleted: { what: '报告已删除。', todo: '只留下记录和授权书。' },

  code_wrong: {
    what: '验证码不对。',
    todo: (p) => (p.left === undefined ? '请看清短信，再输一次。' : `请看清最新的一条短信，还可以输 ${p.left} 次。`),
  },
  code_ended: { what: '输错 5 次，这个验证码作废了。', todo: '一分钟后可以重发一个新的。' },
  code_expired: { what: '验证码过了 5 分钟，已经失效。', todo: '请重发一个新的验证码。' },
  verification_void: { what: '这一次核验已经作废。', todo: '请重新核验，或换另一种办法。' },
  verification_other_consent: { what: '这次核验属于另一份授权。', todo: '请为这次授权重新核验。' },
  factor_missing: { what: '还差一项核验。', todo: '短信验证码，加上人脸或银行卡，两样都要。' },
  face_not_matched: {
    what: '人脸没有对上。',
    todo: (p) =>
      p.left === undefined
        ? '请到亮一些的地方再试，或改用银行卡核验。'
        : `光线亮一些再试，还可以试 ${p.left} 次；也可以改用银行卡核验。`,
  },
  card_bank_unavailable: { what: '您的银行现在不能确认。', todo: '请过一会儿再试，或改用人脸核验。' },

  name_invalid: { what: '姓名写得不对。', todo: '请按身份证上的写，中间的点也要写上。' },
  id_number_invalid: { what: '证件号码不对，最后一位校验没有通过。', todo: '请对照证件逐位核对，共 18 位。' },
  mobile_invalid: { what: '手机号不对。', todo: '请填 11 位手机号。' },
  card_number_invalid: { what: '卡号不对，校验没有通过。', todo: '请对照卡面逐位核对，12 到 19 位。' },
  phrase_invalid: { what: '这句短语不能用。', todo: '请写 4 到 20 个字，不要用号码或密码。' },

  no_bank_chosen: { what: '还没有选银行。', todo: '请至少选一家。' },
  no_kind_chosen: { what: '还没有选卡种。', todo: '请至少选一种。' },
  notice_not_read: { what: '授权书还没有读到末尾。', todo: '请读完再决定。' },
  separate_consent_missing: { what: '有单独的同意还没有选。', todo: '请逐项看过再决定。' },
  directory_expired: { what: '银行名录过期了，不能用它来查。', todo: '请连上网络，名录会自动更新，再试一次。' },
  directory_refused: {
    what: '收到的银行名录没有通过检查，没有采用。',
    todo: '请换一个网络再试。一直这样，请更新应用。',
  },

  offline: { what: '连不上平台。', todo: '请检查网络。您填的都在，报告离线也能看。' },
  timed_out: { what: '平台没有及时回应。', todo: '请再试一次，不会重复。' },
  answer_refused: { what: '平台的回应没有通过检查，没有采用。', todo: '请换一个网络再试。一直这样，请更新应用。' },

  keychain_missing: {
    what: '系统钥匙串里少了名下的钥匙。',
    todo: '这台设备上的报告可能打不开了。可以重新核验本人，再查一次。',
  },
  keychain_locked: {
    what: '系统钥匙串没有打开。报告还在，没有丢。',
    todo: ({ desktop }) => {
      if (desktop === 'kde') return '请打开“KWalletManager”，把钱包“kdewallet”打开，再回来试一次。';
      if (desktop === 'macos') return '请在“钥匙串访问”里解锁“登录”，再回来试一次。';
      if (desktop === 'windows') return '请注销后重新登录 Windows，再回来试一次。';
      return '请在系统“密码和密钥”里解锁“登录”，再回来试一次。';
    },
  },
  keychain_denied: { what: '系统没有允许名下读取钥匙。', todo: '请再试一次，系统问到时选“允许”。' },
  keychain_cancelled: { what: '系统的询问被取消了。', todo: '请再试一次，系统问到时选“允许”。' },
  keychain_not_set_up: {
    what: '这台电脑还没有系统钥匙串。',
    todo: ({ desktop }) => {
      const how =
        desktop === 'kde'
          ? '请在“系统设置”里启用“KDE 钱包”，建一个钱包并设上密码'
          : desktop === 'gnome'
            ? '请打开“密码和密钥”，新建名为“登录”的密码钥匙串并设上密码'
            : desktop === 'other'
              ? '请安装 GNOME 密钥环（gnome-keyring）或 KDE 钱包，建一个登录钥匙串并设上密码'
              : '请先在系统里建一个登录钥匙串，并设上密码';
      return `${how}，再试一次。名下不会把钥匙放到别处。`;
    },
  },
  keychain_unavailable: { what: '系统钥匙串现在用不了。报告还在，没有丢。', todo: '请重新登录系统，再试一次。' },
  keychain_timed_out: {
    what: '系统钥匙串没有回应。报告还在，没有丢。',
    todo: '看看是不是有系统窗口在等您，再试一次。',
  },

  password_wrong: {
    what: '查看密码不对。',
    todo: (p) => (p.left === undefined ? '请再想一想。' : `请再想一想，还可以试 ${p.left} 次。`),
  },
  password_wait: {
    what: '连续输错多次，要等一等。',
    todo: (p, f) =>
      p.seconds === undefined
        ? '请稍后再试。改时间不会缩短。'
        : `${f.wait(Number(p.seconds))}之后再试。改时间不会缩短。`,
  },
  password_short: { what: '密码太短。', todo: '一句话至少 8 个字符，或者用 6 位数字。' },
  password_long: { what: '密码太长。', todo: '最多 128 个字符。' },
  password_weak: {
    what: '这个密码太容易猜。',
    todo: '不要用重复、连号、生日，或证件、手机的尾数。请换一个。',
  },
  password_characters: { what: '密码里有不能用的字符。', todo: '请用中文、字母、数字和常用标点。' },
  kdf_parameters: {
    what: '这台设备上的密码封套被改动过，没有采用。',
    todo: '请不要再输密码。可以用“忘记查看密码”重新设一个。',
  },
  vault_unopenable: {
    what: '这份报告在这台设备上已经打不开了。',
    todo: '可以重新核验本人，设一个新密码，再查一次。',
  },
  locked: { what: '报告已锁上。', todo: '请输入查看密码。' },

  biometrics_not_set_up: {
    what: '这部手机还没有录入指纹或面容，不能这样解锁。',
    todo: '请先在系统设置里录入，或者用查看密码。',
  },
  biometrics_changed: {
    what: '手机里的指纹或面容有变动，原来的钥匙已作废，这样解锁已关闭。报告还在。',
    todo: '请输入查看密码。如果不是您改的，请检查谁用过这部手机。',
  },
  biometrics_cancelled: { what: '没有验证指纹或面容。', todo: '可以再试一次，或者输入查看密码。' },
  biometrics_locked_out: {
    what: '多次没有认出来，系统暂时不接受指纹或面容。',
    todo: '请输入查看密码。',
  },
  biometrics_unavailable: { what: '指纹或面容现在用不了。', todo: '请再试一次，或者输入查看密码。' },
  biometrics_off: { what: '这样解锁没有开启。', todo: '请输入查看密码。' },

  clock_doubtful: {
    what: '这台设备的时间可疑，正在核对。',
    todo: '请连上网络，并打开“自动设置时间”。核对之前什么都不会删除。',
  },
  disk_full: { what: '磁盘满了，没有存下。', todo: '请腾出一些空间，再试一次。原来的都在。' },
  storage_read_only: { what: '存放数据的文件夹不能写入。', todo: '请检查文件夹的权限，再试一次。' },
  storage_damaged: {
    what: '这台设备上的数据坏了，没有采用。',
    todo: '可以重新开通，再查一次。坏的文件已放到一边。',
  },
  storage_newer: { what: '这台设备上的数据是由更新的版本写的。', todo: '请更新应用再打开。' },
  no_query: { what: '没有进行中的查询。', todo: '请回到首页。' },
  wrong_state: { what: '现在不能做这一步。', todo: '请回到首页，从那里继续。' },
  not_printed: {
    what: '没有打印出来，也没有存成文件。',
    todo: '请换一台打印机，或换一个能写入的文件夹，再试一次；也可以照着上面抄写一份。',
  },
  update_unsigned: {
    what: '新版本的签名对不上，没有采用，也没有安装。',
    todo: '现在这一版没有变，可以照常用。请过一天再找；还是这样，请不要从别处下载，把屏幕上的错误代码告诉我们。',
  },
  update_unreadable: {
    what: '新版本的说明看不懂，或者没有适合这台设备的。没有安装。',
    todo: '现在这一版没有变，可以照常用。请过几天再找。',
  },
  update_unfinished: {
    what: '有一步正办到一半，现在装新版本会打断它。',
    todo: '请先回首页办完，或者取消，再来安装。',
  },
  update_not_installed: {
    what: '系统没有装上新版本。',
    todo: '现在这一版没有变，可以照常用。可以再试一次，或者照第一次的办法安装。',
  },
};
