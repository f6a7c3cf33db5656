import type { BankReport, BankRow, CardView, NoticeView } from '../types';

/** A made-up person, made-up cards. Region code and mobile prefix are unassigned; only shown digits of a card are given. */
export const person = { name: '**岚', mobile: '100****2046', id_number: '9****************8' };
/** What the made-up person types. */
export const entries = {
  name: '沈清岚',
  id_number: '990000199003070018',
  mobile: '10012342046',
  card_number: '6222020000000001496',
  code: '407159',
  phrase: '西湖边的桂花茶',
  password: '桂花要等十月才香',
  digits: '407285',
};

const list = `ICBC,工商银行,ICBC,95588,1|CCB,建设银行,China Construction Bank,95533,1|ABC,农业银行,Agricultural Bank,95599,1|BOC,中国银行,Bank of China,95566,1|PSBC,邮储银行,Postal Savings Bank,95580,0|COMM,交通银行,Bank of Communications,95559,1|CMB,招商银行,China Merchants Bank,95555,1|CIB,兴业银行,Industrial Bank,95561,0|CITIC,中信银行,China CITIC Bank,95558,0|SPDB,浦发银行,SPD Bank,95528,0|CMBC,民生银行,China Minsheng Bank,95568,0|CEB,光大银行,China Everbright Bank,95595,0|PAB,平安银行,Ping An Bank,95511,0|HXB,华夏银行,Hua Xia Bank,95577,1|CGB,广发银行,China Guangfa Bank,95508,0|CZB,浙商银行,China Zheshang Bank,95527,0|CBHB,渤海银行,China Bohai Bank,95541,0|HFB,恒丰银行,Hengfeng Bank,95395,0|BOB,北京银行,Bank of Beijing,95526,0|JSB,江苏银行,Bank of Jiangsu,95319,0|BOS,上海银行,Bank of Shanghai,95594,0|NBCB,宁波银行,Bank of Ningbo,95574,0|NJCB,南京银行,Bank of Nanjing,95302,0|HZCB,杭州银行,Bank of Hangzhou,95398,0|HSB,徽商银行,Huishang Bank,96588,0|CQRCB,重庆农商行,Chongqing Rural Commercial Bank,95389,0|BJRCB,北京农商银行,Beijing Rural Commercial Bank,96198,0|SHRCB,上海农商银行,Shanghai Rural Commercial Bank,962999,0`;

export const banks: BankRow[] = list.split('|').map((line) => {
  const [code = '', short = '', en = '', hotline = '', found = '0'] = line.split(',');
  return {
    code,
    name_zh: short,
    name_en: en,
    short_zh: short,
    // the core gives no number that is not confirmed
    hotline: found === '1' ? hotline : '',
    hotline_confirmed: found === '1',
    kinds: ['debit', 'credit'],
    health: code === 'HSB' ? 'degraded' : code === 'CBHB' ? 'down' : 'up',
    confirms_cards: true,
  };
});

function card(bank: string, line: string): CardView {
  const [kind, cls, head, n, tail, status, opened, city, used, flags = ''] = line.split(' ');
  return {
    id: `${bank}-${tail}`,
    bank,
    product: kind === 'debit' ? '借记卡' : kind === 'credit' ? '信用卡' : '准贷记卡',
    kind: kind ?? 'debit',
    brand: 'unionpay',
    number: `${head}${'*'.repeat(Number(n))}${tail}`,
    tail: tail ?? '',
    class: cls === '-' ? null : (cls ?? null),
    status: status ?? 'active',
    role: 'primary',
    opened: opened === '-' ? null : (opened ?? null),
    city: city === '-' ? null : (city ?? null),
    last_used: used === '-' ? null : (used ?? null),
    flags: flags === '' ? [] : flags.split(','),
    mark: null,
  };
}

const found: Record<string, string[]> = {
  PAB: ['debit II 6222 8 1183 active 2026-07 南宁 2026-09 new_since_last'],
  ICBC: [
    'debit I 6222 11 1496 active 2014-03 杭州 2026-10',
    'debit II 6222 11 3307 active 2019-06 杭州 2026-08',
    'debit II 6222 11 8812 dormant 2017-09 杭州 2020-02 dormant',
    'debit II 6222 11 0254 dormant 2018-01 上海 2021-05 dormant',
    'debit III 6222 11 6630 active 2022-11 杭州 2026-09',
    'credit - 6222 8 7719 active 2016-04 杭州 2026-10',
  ],
  CCB: ['debit I 6217 11 2085 active 2012-08 宁波 2026-10', 'quasi_credit - 6221 8 4460 active 2013-02 宁波 -'],
  CMB: ['debit I 6214 8 4408 active 2015-07 杭州 2026-10', 'credit - 6225 8 5521 active 2018-05 杭州 2026-10'],
  BOC: ['debit I 6216 11 3390 frozen 2011-10 宁波 2023-06 frozen'],
  ABC: ['debit I 6228 11 9173 dormant 2009-09 武汉 2013-06 dormant'],
  PSBC: ['debit I 6221 11 7745 dormant 2008-03 黄冈 2012-01 dormant'],
  COMM: ['credit - 6222 8 6012 not_activated 2023-11 杭州 -'],
  CITIC: ['credit - 6226 8 2250 active 2020-03 杭州 2026-10'],
};

const special: Record<string, Partial<BankReport>> = {
  NBCB: { outcome: 'possible_match' },
  SPDB: { outcome: 'no_mobile' },
  BJRCB: { outcome: 'id_expired' },
  HSB: { outcome: 'self_service_off' },
  CBHB: { state: 'unanswered', outcome: null },
  CQRCB: { state: 'unanswered', outcome: null },
  HFB: { state: 'not_covered', outcome: null },
};

export function reportOf(code: string, asOf: string): BankReport {
  const cards = (found[code] ?? []).map((line) => card(code, line));
  return {
    bank: code,
    state: 'answered',
    at: null,
    outcome: cards.length > 0 ? 'found' : 'none',
    fault: null,
    as_of: asOf,
    omitted: 0,
    used: ['name', 'id_number', 'mobile'],
    cards,
    flags: code === 'ICBC' ? ['more_than_four_debit'] : [],
    ...special[code],
  };
}

const zh = `一、授权什么
本人同意名下联合查询平台把本人的姓名、证件号码和手机号，用于向上面选定的银行各发出一次查询；同意这些银行核对后，把本人名下的卡按上述内容答复给本人。
二、谁能看到
银行在答复之前先打码，再用只有本人这台设备才有的钥匙封好。平台只转交，打不开；银行之间互相看不到对方的答复。
三、没查到不等于没有卡
银行按本次提交的证件号码和手机号查找。用旧证件、旧手机号开立的卡，可能查不到；报告会逐家写明结果和办法。
四、保存多久
报告自出具次日起保留 7 个自然日，第 8 日 00:00（北京时间）起，本机删除报告并销毁钥匙，平台删除封存的答复，再没有人能打开。查询记录和本授权书由本人保存，可随时导出。
五、怎样撤回
查询进行中，可在首页撤回。还没问的银行不再问，已收到的答复立即删除。撤回不影响撤回之前已经完成的查询。
六、您的权利
您可以随时查阅、复制、更正、删除与本次查询有关的信息，也可以要求我们说明处理规则。对银行的答复有异议，可在卡片详情里生成异议书，寄给该银行。`;
const en = `1. What you agree to
You agree that the joint query platform uses your name, ID number and mobile number to ask each of the banks you chose, once, and that those banks answer you with the fields listed above.
2. Who can read it
Each bank masks its answer and seals it with a key that exists only on this device. The platform passes it on and cannot open it. Banks cannot see one another’s answers.
3. “None found” does not mean “no card”
Banks search with the ID and mobile number given here. Cards opened with an old document or number may not be found; the report says so, bank by bank.
4. How long it is kept
The report is kept for 7 calendar days after the day it is issued. From 00:00 Beijing time on the eighth, this device deletes it and destroys its key, and the platform deletes the sealed answers. The record and this consent stay with you.
5. How to withdraw
While the query runs you can withdraw on the home screen. Banks not yet asked are not asked; answers received are deleted at once.
6. Your rights
You may look into, copy, correct and delete the data of this query, and ask how it is handled. To dispute a bank’s answer, make a letter from the card’s page.`;

export const notice = (locale: string): NoticeView => ({
  version: '2026-11-01',
  locale,
  sha256:
    locale === 'en' ? 'kM3wq0VYd2n7y0xQm1o9fJxYtB8rA5cE7uH2LzPqW4s' : '9fPcUa4H0tJ2kQ7yVb6mXn1wRz8sLd3eGi5oTu0b86E',
  summary: '',
  text: locale === 'en' ? en : zh,
});
