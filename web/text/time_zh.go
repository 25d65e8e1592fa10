package text

// timeZH are the Chinese words of time: speeds, steps, branches and why something
// happened. See parse for the form.
const timeZH = `
# 时间在等什么
time.stopped = 在 {t} 停下，尚未完成；再次输入该行即可继续
time.hurry = 立即完成
time.stop = 停止
js.work.line = 等待 {line} 完成
js.work.restore = 正在重放这次运行
js.work.run = 正在运行场景
js.work.lesson = 正在前往该步骤
js.load.unknown = 没有名为“{name}”的课程（{n}）；请从课程菜单中选择
js.load.offline = 无法获取“{name}”: 网络不通；请检查连接后重试
duel.which = 看哪一次比较
duel.deciding = 决定性的一次
duel.last = 最近的一次
`
