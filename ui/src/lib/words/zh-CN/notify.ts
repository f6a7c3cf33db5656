export const notify = {
  title: '核对短信',
  head: '短信是不是真的？',
  sub: '官方短信都带核对字，和这里一致才是真的。‹每条都不一样。›',
  none: '近期没有短信。',
  list: '应有的核对字',
  kind: {
    enrol_code: '开通验证码',
    query_code: '查询验证码',
    result: '查询结果',
    device_changed: '更换设备提醒',
    query_started: '提交申请提醒',
  } as Record<string, string>,
  rules: {
    head: '记住三条',
    link: '官方短信没有链接，没有银行名，没有卡的张数',
    code: '验证码只输在这里，任何人来要都是诈骗',
    type: '核对字只用来看，不会要您输入',
  },
};
