export const desktop = {
  head: '桌面',
  headHandheld: '通知',
  stay: '关闭窗口后留在托盘',
  staySay: '关窗即锁定，到期照样删除。银行还在答复时，不选也会继续收集。桌面没有托盘时不起作用。',
  autostart: '开机自动启动',
  autostartSay: '登录电脑后在托盘里启动，不打开窗口。',
  notify: '有结果时通知',
  notifySay: '系统弹一句固定的话，不提银行，也不提卡。账户在别的设备上使用时，总会通知您。',
  keys: {
    head: '键盘快捷键',
    lock: '立即锁定',
    search: '在列表里搜索',
    print: '打印这封信',
    settings: '打开设置',
    help: '遇到诈骗，打开这一页',
    back: '返回上一步',
  },
};
