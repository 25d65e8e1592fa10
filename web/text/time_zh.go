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
js.work.tape = 正在读取飞行记录
js.work.flight = 正在重放飞行记录
js.work.run = 正在运行场景
js.work.lesson = 正在前往该步骤
js.load.unknown = 没有名为“{name}”的课程（{n}）；请从课程菜单中选择
js.load.offline = 无法获取“{name}”: 网络不通；请检查连接后重试
duel.which = 看哪一次比较
duel.deciding = 改投的那一次
duel.last = 最近一次
duel.vote = 节点 {id}
duel.rule.epoch = epoch 大的赢
duel.rule.zxid = 打平再比 zxid，大的赢
duel.rule.myid = 再打平比 myid，大的赢
# 步进与速度
step.menu = 按什么步进
step.event = 事件
step.delivery = 送达一条消息
step.round = 一轮、一个阶段或一次提交
step.back = 后退
step.forward = 前进
js.step.step = 前进一个{unit}
js.step.back = 后退一个{unit}
js.step.unit.event = 事件
js.step.unit.delivery = 送达
js.step.unit.round = 轮次
js.step.none = 之后 120 秒内没有这类事件
js.step.start = 已经在开头
speed.stops = 速度
speed.slower = 更慢
speed.faster = 更快
speed.crawl = 一条消息走 10 秒
speed.slowest = 一条消息走 2 秒
speed.slow = 慢放，默认
speed.brisk = 稍快
speed.real = 实时
speed.fast = 快进

# 分支与标记
time.branches = 本次运行的分支
time.branch = 分支 {n}
time.forked = 于 {t} 离开{from}
time.until = 到 {t}
time.fork = 从这里分叉
time.fork.name = 新分支的名字
time.marks = 用文字看发生了什么
time.marks.empty = 还没有值得标记的事
time.marks.before = 之前还有 {n} 条
time.marks.after = 之后还有 {n} 条
mark.Established = Leader {n} 开始服务
mark.Elected = 节点 {n} 得出选举结果
mark.LeaderLost = 节点 {n} 失去 Leader
mark.SessionExpired = 节点 {n} 上有会话过期
mark.RoleChanged = 节点 {n} 状态改变
mark.Truncated = 节点 {n} 截去日志末尾（TRUNC）
mark.SnapTaken = 节点 {n} 接收快照（SNAP）
mark.Crashed = 节点 {n} 宕机
mark.Booted = 节点 {n} 启动
mark.Paused = 节点 {n} 暂停
mark.Resumed = 节点 {n} 恢复运行
mark.Wiped = 节点 {n} 的磁盘丢失数据
mark.Cut = 节点 {n} 的一条链路断开
mark.Mended = 节点 {n} 的一条链路修复
mark.Delayed = 节点 {n} 的一条链路变慢
mark.Lossy = 节点 {n} 的一条链路丢包
mark.DiskSlowed = 节点 {n} 的磁盘变速
mark.Skewed = 节点 {n} 的时钟被拨动
mark.Violated = 有不变式被破坏
mark.Committed = Leader {n} 提交
mark.error = 客户端 {n} 收到错误

# 刷新后找回的运行
js.kept = 已恢复你的运行
js.kept.over = 重新开始
js.kept.bad = 这个标签页保存的运行无法恢复；这是新的一次

# 断点与减速
verb.break = 条件成立时或到某一时刻停下时钟
verb.unbreak = 删除一个断点，或全部
error.BreaksFull = 已经有 {0} 个断点；请用 :unbreak 删除一个
error.NoBreak = 没有断点 {0}；列表里有编号
time.pauses = 断点与减速
time.breaks = 断点
time.breaks.empty = 还没有。条件成立时，时钟会停下。
time.breaks.add = 添加
time.breaks.when = 条件
time.breaks.drop = 删除断点 {n}
time.broke = 断点 {n}: {line}
time.paused = 已暂停: {what}
time.go = 继续
auto.title = 播放时遇到这些事
auto.ignore = 忽略
auto.slow = 慢放
auto.pause = 暂停
auto.state = 节点状态改变
auto.vote = 节点改投
auto.quorum = 选票过半
auto.epoch = 新的 epoch
auto.sync = DIFF、TRUNC 或 SNAP
auto.acks = ACK 过半
auto.commit = learner 提交
auto.reply = 客户端收到回复
auto.error = 客户端收到错误
auto.watch = watch 触发
auto.expired = 会话过期
auto.stale = 陈旧读
auto.service = 失去或恢复服务
auto.leaders = 同时有两个 Leader
`
