package text

// aidZH are the Chinese words of narration, settings and the list view. See parse for the form.
const aidZH = `
# 几个节点上发生了同样的事
say.RoleChanged.many = 节点 {n}: LOOKING → {role}，Leader 是 {id}
say.RoleChanged.LOOKING.many = 节点 {n} 回到 LOOKING
say.Crashed.many = 节点 {n} 宕机
say.Crashed.power.many = 节点 {n} 断电，未落盘的写入可能丢失
say.Paused.many = 节点 {n} 被暂停，连接仍然保持
say.Resumed.many = 节点 {n} 恢复运行
say.Booted.empty.many = 节点 {n} 以空磁盘启动
say.Elected.many = 节点 {n} 选定 Leader {id}: {why}
say.QuorumReached.many = 节点 {n} 看到 {id} 得到 {k} 票（{set}），超过半数
say.VoteChanged.ByServerID.many = 节点 {n} 改投 {id}: epoch 相同，zxid 相同，myid 更大
say.VoteChanged.ByZxid.many = 节点 {n} 改投 {id}: epoch 相同，zxid 更新（{theirs} > {mine}）
say.VoteChanged.ByEpoch.many = 节点 {n} 改投 {id}: epoch 更大（{theirs} > {mine}）
say.EpochAccepted.many = 节点 {n} 接受 epoch {e}，从此拒绝更早的 Leader
say.EpochEntered.many = 节点 {n} 的 currentEpoch 变为 {e}
say.PhaseChanged.many = 节点 {n} 进入{phase}阶段（{name}）
say.LeaderLost.many = 节点 {n} 不再跟随 {p}: {why}
say.SnapTaken.many = 节点 {n} 装入 Leader 的快照，状态到 {zxid}
say.Truncated.many = 节点 {n} 丢弃 {zxid} 之后的事务，最后一个是 {last}
say.Logged.many = 节点 {n} 把 {zxid} 写入日志，还没有落盘
say.Durable.many = 节点 {n} 的写入已落盘: 日志到 {zxid}
say.Committed.LeaderSaidSo.many = 节点 {n} 得知 {zxid} 已提交
say.Applied.many = 节点 {n} 应用 {zxid}: {op}
aid.more = 还有 {k} 个事件

# 状态播报
aid.step.passed = 步骤 {step} 完成: {n} 项检查全部通过
aid.step.done = 步骤 {step} 完成
aid.step.failed = 步骤 {step} 完成: {n} 项检查中有 {k} 项未通过

# 设置
aid.settings = 设置
aid.more.controls = 更多
aid.level.text = 简单只显示投票、提案和客户端；标准加上发现、同步和会话；完整再加上心跳和磁盘。
aid.voice = 屏幕阅读器播报
aid.voice.brief = 简
aid.voice.normal = 中
aid.voice.detailed = 详
aid.theme = 主题
aid.theme.auto = 跟随系统
aid.theme.light = 浅色
aid.theme.dark = 深色
aid.motion = 动画
aid.motion.auto = 跟随系统
aid.motion.reduced = 减少: 消息画成箭头，画面不移动
aid.motion.full = 完整
aid.keys = 单键快捷键
aid.keys.text = 字母、数字和符号键立即生效，输入文字时除外。空格、方向键和 Esc 始终可用。
aid.reset = 重置
aid.kept = 只保存在这个浏览器里。

# 图例
aid.legend.states = 节点
aid.legend.messages = 消息
aid.legend.cells = 日志
aid.legend.links = 链路
aid.role.LEADING = Leader 领导者: 双线六边形
aid.role.FOLLOWING = Follower 跟随者: 圆角矩形
aid.role.OBSERVING = Observer 观察者: 椭圆
aid.role.LOOKING = Looking 选举中: 虚线
aid.role.DOWN = Down 宕机: 点线加斜纹
aid.link.quorum = Leader 与学习者
aid.link.election = 选举网
aid.link.cut = 双向切断
aid.link.oneway = 单向切断
aid.link.slow = 有延迟
aid.link.loss = 会丢消息
aid.legend.signs = 节点与客户端上的记号
aid.sign.ep = epoch（纪元）: 每个新 Leader 开始下一个
aid.sign.zxid = zxid（事务编号）: epoch 2 的第 13 个事务
aid.sign.arc = 发现、同步、广播: 三段全满即可服务
aid.sign.waits = 已有 Leader（或自己是），但还不服务客户端
aid.sign.tray = 事务 13 需要 3 个 ACK，已有 2 个
aid.sign.lease = 客户端外圈: 会话剩余时间，每次有消息到达便重新填满
aid.sign.stale = 这个客户端最近一次读到的比已提交的旧
aid.legend.tags = 消息上的字母
aid.tag.vote = 投给节点 3 的一票
aid.tag.info = FOLLOWERINFO、OBSERVERINFO: 学习者向 Leader 报到
aid.tag.epoch = LEADERINFO 提出 epoch 2，ACKEPOCH 接受
aid.tag.diff = DIFF: 随后补上缺少的 4 个事务
aid.tag.trunc = TRUNC: 日志截回到事务 9
aid.tag.snap = 整个快照
aid.tag.newleader = NEWLEADER: epoch 2 开始
aid.tag.uptodate = UPTODATE: 学习者可以服务了
aid.tag.proposal = PROPOSAL: 提案事务 13
aid.tag.ack = ACK: 已落盘
aid.tag.commit = COMMIT: 已过半数，提交
aid.tag.inform = INFORM: 通知观察者提交
aid.tag.request = 转发给 Leader 的写请求
aid.tag.sync = SYNC: 之前提交的都已到达
aid.tag.revalidate = REVALIDATE: 会话迁到此节点
aid.tag.client = 客户端连接、关闭

# 帮助
key.level = 细节级别
key.dockside = 侧栏变宽、变窄
key.dockbottom = 底栏变高、变低
aid.status = 集群状态

# 侧栏和底栏
aid.dock.side = 侧栏大小
aid.dock.bottom = 底栏大小
aid.dock.smaller = 缩小
aid.dock.bigger = 放大
js.sheet.peek = 低
js.sheet.half = 半屏
js.sheet.full = 全屏
key.drop = 丢弃所选消息
key.redo = 重做
key.menu-all = 所选对象的操作，未选时为整个集群
`
