package text

// zh is the Chinese catalogue, in the form that parse reads. Its keys and placeholders are those of
// the English one.
const zh = `
# The page and its landmarks
app.title = zabscope
nav.learn = 课程
nav.docs = 文档
header.connect = 连接节点
tab.tree = 数据树
tab.sessions = 会话与监听
tab.metrics = 指标

# Time
transport.skip = 跳过空闲
speed.label = 速度: 每秒模拟 {n} 毫秒
fork.toast = 已从 {t} 分叉，原时间线保存在“分支 {n}”
lane.state = 状态与 Leader
lane.fault = 故障
lane.data = 提交与错误
detail.label = 细节
detail.simple = 简单
detail.standard = 标准
detail.full = 完整
oldleader = 旧 Leader，尚未发现自己失去多数派

# The status bar
status.faults = 故障

# Data tree, sessions, watches
tree.empty = 树上还没有节点。试一试: create /hello world
tree.stale = 陈旧读: 落后 {n} 个事务
tree.differing = 只看不一致
watch.fired = 监听已触发（一次性），需重新注册
watch.lost = 监听随连接一起失效
watch.empty = 没有监听。试一试: get -w /hello
session.expired = 会话过期，临时节点已删除
session.empty = 没有会话。点“连接客户端”来建立一个。

# The event log
events.explain = 为什么

# Lessons and free play
lesson.evidence = 看证据
lesson.free = 从这里自由实验

# Sharing, links from others, crash card
share.done = 已复制
share.long = 链接太长，请改用文件
link.newer = 这个链接来自更新的版本 (s={s})
link.reset = 重新开始

# Loading and errors of the page
load.wasm = 正在加载模拟内核 {done}/{total}
load.fail = 加载失败。检查网络后重试；或查看静态图解

# Parts of sentences
part.server = 节点 {n}
part.client = 客户端 {c}
list.two = {a}、{b}
why.ByEpoch = epoch 更大
why.ByZxid = zxid 更新
why.ByServerID = myid 更大
why.SameVote = 两张票相同
why.ByRound = 对方的轮次更新
why.OlderRound = 对方的轮次较旧
why.NotVoter = 投票者或候选人没有投票权
why.WorseVote = 不如自己的票
why.NotLooking = 没有在选举
why.EveryLinkedAgrees = 连通的投票者都已同意
why.FinalizeWaited = 等待期内没有更优的票
why.ExistingLeader = 过半节点连同 Leader 自己都这样说
why.Restarted = 刚刚启动
why.LostLeader = 失去了 Leader 的音讯
why.LostQuorum = 失去多数派
why.EpochTimeout = 限时内没有凑齐过半的 FOLLOWERINFO 或 ACKEPOCH
why.SyncTimeout = 限时内没有凑齐过半的 NEWLEADER 确认
why.ConnectFailed = 连不上选出的 Leader
why.FresherLearner = 有学习者的历史比 Leader 更新
why.OldEpoch = 消息来自已经结束的 epoch
why.PromisedEpoch = 这个 epoch 已经承诺过
why.CounterRollover = zxid 的计数器用尽，必须换 epoch
why.SameHistory = 两者历史相同
why.InWindow = 所缺的事务都还在 Leader 的内存窗口里
why.AheadOfLeader = 它有 Leader 从未有过的事务
why.BehindWindow = 它落后太多，超出了 Leader 的内存窗口
why.BelowFloor = 要退回的位置比它能退到的还早
why.DamagedLog = 它的日志已损坏
why.QuorumAcked = 过半节点已落盘
why.LeaderSaidSo = 收到 COMMIT
why.InitialHistory = 属于新 Leader 带来的历史
why.WrongOrder = 此时不该出现这种消息
why.BadMessage = 字段不合规
why.ProposalOutOfOrder = 提案与上一个不连续
why.CommitOutOfOrder = 要提交的不是下一个待定提案
why.SessionTimeout = 超时时间内没有音讯
why.ClosedByClient = 客户端主动关闭
why.Cut = 链路已切断
why.Loss = 随机丢包
why.Dropped = 按要求丢弃
why.LinkBroken = 没有可用的连接
why.SnapForced = 领导者被设为总是发送快照（forceSnapshotSync）
why.ReceiverDown = 对方没有运行

# The world's hand
say.Crashed = 节点 {n} 宕机
say.Crashed.power = 节点 {n} 断电，未落盘的写入可能丢失
say.Crashed.fsync = 节点 {n} 的 fsync 失败，进程自行结束
say.Paused = 节点 {n} 的进程暂停，连接仍然打开
say.Paused.client = 客户端 {c} 暂停
say.Resumed = 节点 {n} 的进程恢复运行
say.Resumed.client = 客户端 {c} 恢复运行
say.Wiped = 节点 {n} 的磁盘被清空
say.Wiped.snapshots = 节点 {n} 的快照丢失
say.Wiped.record = 节点 {n} 的日志中间丢失一条记录
say.Wiped.newest = 节点 {n} 最新的快照丢失
say.Wiped.logbit = 节点 {n} 的日志里有一位出错
say.Wiped.snapbit = 节点 {n} 最新的快照里有一位出错
say.Cut = 链路 {a} → {b} 被切断
say.Mended = 链路 {a} → {b} 恢复正常
say.Delayed = 链路 {a} → {b} 的延迟增加 {d}
say.Delayed.off = 链路 {a} → {b} 不再有额外延迟
say.Lossy = 链路 {a} → {b} 会丢失 {p} 的消息
say.Lossy.off = 链路 {a} → {b} 不再丢消息
say.Limited = 链路 {a} → {b} 每秒最多传 {k} 字节
say.Limited.off = 链路 {a} → {b} 不再限速
say.DiskSlowed = 节点 {n} 的磁盘变慢，每次 fsync 需要 {d}
say.DiskSlowed.off = 节点 {n} 的磁盘恢复正常
say.Skewed = 节点 {n} 的系统时钟偏差 {d}
say.Skewed.off = 节点 {n} 的系统时钟恢复准确
say.Drifted = 节点 {n} 的时钟以正常速度的 {p} 走动
say.Drifted.off = 节点 {n} 的时钟恢复正常速度
say.Noted = 执行 {line}

# Messages
say.Sent = {a} 向{b} 发送 {msg}
say.Sent.vote = {a} 通知{b}: 推举 {id}（第 {round} 轮，{role}）
say.Arrived = {b} 收到{a} 的 {msg}
say.Arrived.vote = {b} 收到{a} 的选票: 推举 {id}（第 {round} 轮，{role}）
say.Dropped = {a} 发给{b} 的 {msg} 丢失: {why}
say.Held = {a} 发给{b} 的 {msg} 被扣在途中
say.Released = {a} 发给{b} 的 {msg} 被放行
say.LinkUp = 节点 {n} 与{p} 的选举连接已建立
say.LinkUp.quorum = 节点 {n} 与{p} 的数据连接已建立
say.LinkDown = 节点 {n} 与{p} 的选举连接已断开
say.LinkDown.quorum = 节点 {n} 与{p} 的数据连接已断开
say.Refused = 节点 {n} 拒绝{p} 发来的 {type} 并断开连接: {why}
say.Refused.client = 节点 {n} 拒绝一个客户端请求并断开连接: {why}

# Election
say.Booted = 节点 {n} 启动: 磁盘上 epoch {e}，日志到 {zxid}
say.Booted.empty = 节点 {n} 启动: 磁盘上没有数据
say.RoundStarted = 节点 {n} 进入第 {round} 轮选举，先投自己 ({id}, {zxid})
say.RoundStarted.ByRound = 节点 {n} 听到更新的轮次，进入第 {round} 轮，重新从自己的票开始
say.RoundStarted.novote = 节点 {n} 开始打听谁是 Leader（没有投票权）
say.VoteChanged.ByEpoch = 节点 {n} 改投 {id}: epoch 更大（{theirs} > {mine}）
say.VoteChanged.ByZxid = 节点 {n} 改投 {id}: epoch 相同，zxid 更新（{theirs} > {mine}）
say.VoteChanged.ByServerID = 节点 {n} 改投 {id}: epoch 相同，zxid 相同，myid 更大
say.VoteChanged.asked = 节点 {n} 采用 {id}: 它自己没有票可比
say.VoteChanged.wrong = 节点 {n} 改投 {id}，但按规则它的票更差: 这是被打开的错误（quirk）
say.VoteCounted.SameVote = 节点 {n} 计入 {p} 的票: 推举 {id}，与自己一致
say.VoteCounted.WorseVote = 节点 {n} 计入 {p} 的票: 推举 {id}，不如自己的票，不改投
say.VoteIgnored = 节点 {n} 忽略 {p} 的票: {why}
say.VoteIgnored.OlderRound = 节点 {n} 忽略 {p} 的票: 它还在第 {round} 轮，并告知对方
say.LeaderHeard = 节点 {n} 得知: {p} 是 {role}，Leader 是 {id}
say.LeaderHeard.self = 节点 {n} 得知: {id} 自己就是 Leader
say.QuorumReached = 节点 {n} 看到 {id} 得到 {k} 票（{set}），超过半数
say.Elected = 节点 {n} 选定 Leader {id}: {why}
say.Elected.self = 节点 {n} 当选 Leader: {why}
say.RoleChanged = 节点 {n}: LOOKING → {role}，Leader 是 {id}
say.RoleChanged.LEADING = 节点 {n}: LOOKING → LEADING
say.RoleChanged.LOOKING = 节点 {n} 回到 LOOKING，准备重新选举

# ZAB
say.EpochProposed = Leader {n} 提出新 epoch {e}，比节点 {set} 接受过的都大
say.EpochAccepted = 节点 {n} 承诺 epoch {e}，从此拒绝更早的 Leader
say.EpochEntered = 节点 {n} 的 currentEpoch 变为 {e}
say.PhaseChanged = 节点 {n} 进入{phase}阶段（{name}）
say.SyncChosen.DIFF = 节点 {p} 补齐 {k} 个事务（DIFF）: {why}
say.SyncChosen.none = 节点 {p} 什么都不缺（空 DIFF）: {why}
say.SyncChosen.TRUNC = 节点 {p} 要丢弃到 {zxid}（TRUNC）: {why}
say.SyncChosen.SNAP = 节点 {p} 要接收完整快照（SNAP）: {why}
say.Truncated = 节点 {n} 丢弃 {zxid} 之后的事务，最后一个是 {last}
say.Truncated.all = 节点 {n} 丢弃全部日志，最后一个事务是 {last}
say.SnapTaken = 节点 {n} 装入 Leader 的快照，状态到 {zxid}
say.Logged = 节点 {n} 把 {zxid} 写入日志，还没有落盘
say.Durable = 节点 {n} 的写入已落盘: 日志到 {zxid}
say.Durable.epoch = 节点 {n} 的 epoch 已落盘
say.Proposed = Leader 提案 {zxid}: {op}
say.Acked = 节点 {p} 的 ACK 到达 Leader: {zxid} 已有 {k} 个
say.Acked.self = Leader {n} 自己已把 {zxid} 落盘，也算一个 ACK，共 {k} 个
say.Committed.QuorumAcked = {zxid} 收到 {k} 个 ACK，超过半数，提交
say.Committed.LeaderSaidSo = 节点 {n} 得知 {zxid} 已提交
say.Committed.InitialHistory = Leader {n} 带来的历史（到 {zxid}）成为已提交
say.Applied = 节点 {n} 应用 {zxid}: {op}
say.Applied.error = 节点 {n} 应用 {zxid}: 这个请求没有通过校验（{err}），数据不变
say.LearnerSynced = 节点 {p} 追上了 Leader {n}，共有 {k} 个确认
say.LearnerSynced.self = Leader {n} 自己进入新 epoch，也算一个确认，共有 {k} 个
say.Established = Leader {n} 得到过半确认，开始在 epoch {e} 服务
say.LeaderLost = 节点 {n} 不再跟随 {p}: {why}
say.LeaderLost.self = 节点 {n} 放弃 Leader: {why}
say.LeaderLost.LostQuorum = 节点 {n} 失去多数派，放弃 Leader

# State
say.SessionOpened = 节点 {n} 的会话表里有了 {sess}，超时 {t}
say.SessionMoved = 会话 {sess} 转到节点 {p}
say.SessionLeft = 会话 {sess} 断开与节点 {n} 的连接
say.SessionLeft.watches = 会话 {sess} 断开与节点 {n} 的连接，那里的 {k} 个监听失效
say.SessionClosed = 节点 {n} 关闭会话 {sess}
say.SessionClosed.ephemerals = 节点 {n} 关闭会话 {sess}，删除它的 {k} 个临时节点
say.SessionExpired = Leader {n} 让会话 {sess} 过期: {why}
say.WatchSet.data = 会话 {sess} 在节点 {n} 监听 {path} 的数据（一次性）
say.WatchSet.exists = 会话 {sess} 在节点 {n} 监听 {path} 的创建（一次性）
say.WatchSet.children = 会话 {sess} 在节点 {n} 监听 {path} 的子节点（一次性）
say.WatchSet.persistent = 会话 {sess} 在节点 {n} 持续监听 {path} 及其子节点
say.WatchSet.recursive = 会话 {sess} 在节点 {n} 持续监听 {path} 及其下的所有节点
say.WatchRemoved = 会话 {sess} 撤销在节点 {n} 对 {path} 的监听
say.WentReadOnly = 节点 {n} 找不到 Leader，开始独自提供只读服务，内容以它的日志为准
say.WatchFired = {path} 的监听触发: {event}，通知会话 {sess}

# Clients
say.ClientState.0 = 客户端 {c} 断开连接
say.ClientState.1 = 客户端 {c} 正在连接节点 {p}
say.ClientState.2 = 客户端 {c} 已连接到节点 {p}
say.ClientState.3 = 客户端 {c} 的会话过期，临时节点已删除
say.ClientState.4 = 客户端 {c} 已关闭会话
say.Invoked = 客户端 {c} 发起操作 {k}: {line}
say.Returned = 客户端 {c} 的操作 {k} 成功
say.Returned.error = 客户端 {c} 的操作 {k} 返回 {err}: {why}
say.EventSeen = 客户端 {c} 收到监听事件 {event}: {path}

# Checks
say.Violated = 不变式被破坏: {name}

# Why it happened
explain.vote.kept = 节点 {n} 在第 {round} 轮一直投自己: 它听到的票都不比自己的好。
explain.vote.ByEpoch = 节点 {n} 在第 {round} 轮改投 {id}，因为它的 epoch 更大（{theirs} > {mine}），epoch 最先比较。
explain.vote.ByZxid = 节点 {n} 在第 {round} 轮改投 {id}: 两者 epoch 相同，而 {id} 的 zxid 更新（{theirs} > {mine}）。
explain.vote.ByServerID = 节点 {n} 在第 {round} 轮改投 {id}: epoch 和 zxid 都相同，只好比 myid，{id} > {mine}。
explain.vote.asked = 节点 {n} 没有投票权，它只是打听谁是 Leader。
explain.vote.led = 节点 {n} 问到了已经有 Leader 的节点，它们都说是 {id}。
explain.vote.wrong = 节点 {n} 改投 {id}，尽管按规则它的票更差: 这是被打开的错误（quirk）。
explain.quorum = 推举 {id} 的有节点 {set}，共 {k} 票，超过半数。
explain.elected = 于是选定 {id}: {why}。
explain.proposed = {zxid} 是 Leader 的提案: {op}。
explain.acked = 节点 {set} 都已把它落盘并发出 ACK，共 {k} 个，超过半数。
explain.committed = 所以它被提交，以后的 Leader 都会有它。
explain.told = Leader 凑齐过半 ACK 后发出 COMMIT，节点 {n} 随后得知。
explain.first = 起因: {story}。
explain.then = 接着: {story}。
explain.so = 结果: {story}。
explain.none = 没有更早的原因: 这是外界的操作，或者记录从这里开始。

# What an outcome means to the client
err.ok = 成功
err.SystemError = 服务器内部错误
err.RuntimeInconsistency = 服务器状态前后不一致
err.DataInconsistency = 数据前后不一致
err.ConnectionLoss = 连接中断，没有等到应答；如果是写入，可能已成功，也可能没有
err.MarshallingError = 请求或应答无法解析
err.Unimplemented = 服务器不支持这个操作
err.OperationTimeout = 操作超时，是否成功不得而知
err.BadArguments = 参数不合规
err.UnknownSession = 没有这个会话
err.APIError = 请求有误
err.NoNode = 节点不存在
err.NoAuth = 没有权限（ACL 不允许）
err.BadVersion = 版本号不符，数据已被别人改过
err.NoChildrenForEphemerals = 临时节点不能有子节点
err.NodeExists = 节点已经存在
err.NotEmpty = 节点还有子节点，不能删除
err.SessionExpired = 会话过期，临时节点已删除
err.InvalidCallback = 回调不合规
err.InvalidACL = ACL 不合规
err.AuthFailed = 身份验证失败
err.SessionMoved = 会话已转到别的服务器
err.NotReadOnly = 只读服务器不能写入
err.EphemeralOnLocalSession = 本地会话不能创建临时节点
err.NoWatcher = 没有这样的监听
err.RequestTimeout = 请求超时
err.ReconfigDisabled = 不允许重新配置
err.QuotaExceeded = 超出配额
err.ThrottledOp = 服务器过忙，请求被限流

# Help for world lines, by verb
verb.start = 从各自的磁盘启动服务器
verb.kill = 结束进程；已交给操作系统的写入仍会落盘
verb.power = 断电: 没有 fsync 的写入会丢失，也可以留下最前面的几个
verb.pause = 让进程或客户端停住而不断开，像一次很长的 GC
verb.resume = 让暂停的进程或客户端继续
verb.wipe = 清空磁盘，或只拿走全部快照、最新的快照、日志里的一条记录，或改错一位；正在运行的服务器先断电
verb.faildisk = 让下一次 fsync 失败，进程随之结束；:slowdisk 3 0s 取消
verb.slowdisk = 让每次 fsync 用这么久；0s 恢复正常
verb.skew = 把系统时钟拨快或拨慢
verb.drift = 让时钟走快或走慢，所有定时器随之变化；+0% 恢复正常
verb.quirk = 打开一个已知的错误；none 全部关闭
verb.readonly = 让找不到 Leader 的服务器为接受只读的客户端提供读取；off 关闭
verb.chaos = 随机故障（正确的集群都能承受），最后全部修复
verb.crash-at = 让服务器在下一次发出某种事件时停下
verb.partition = 让各组之间不通
verb.move = 让客户端带着会话换到另一台服务器；写了时间，旧服务器就晚这么久才知道
verb.heal = 修复全部链路，或只修复一部分
verb.cut = 让这个方向 (1>4) 或两个方向 (1<>4) 不通
verb.delay = 让这个方向的消息多用这么久
verb.loss = 让这个方向丢失这个比例的消息
verb.bandwidth = 限制每秒能通过的字节数；0 取消限速
verb.reset = 同时断开服务器之间连接的两端；途中的消息丢失
verb.drop = 丢弃接下来的某种消息，或途中的一条；数据连接随之断开
verb.hold = 把某种消息，或其中一条，扣在途中，直到 :release
verb.release = 放行被扣住的消息
verb.duplicate = 把接下来的选举消息送达两次
verb.client = 新建客户端；B@2! 不会离开节点 2
verb.unplug = 拔掉客户端的网线；用 :heal B 插回
verb.expire = 断开客户端，直到它的会话过期
verb.wait = 让时间流逝
verb.until = 让时间流逝，直到条件成立，最多 120 秒
verb.step = 让接下来的事件发生
verb.fire = 让某条路上排在最前的事立刻发生，不管它本该何时到
verb.fork = 从此刻，或从某一步开始前，另开一条时间线
verb.undo = 回到上一行命令之前
verb.next = 运行课程的下一步
verb.load = 载入课程
verb.seed = 换一个种子，重新开始
verb.speed = 设定本页时间流逝的速度
verb.help = 列出这些命令

# Help for client lines, by command
cli.addWatch = 设长期监听；-m PERSISTENT 只看这个节点
cli.addauth = 表明身份，例如 addauth digest bob:secret
cli.config = 集群配置；-c 只看客户端地址
cli.connect = 带着会话换到另一台服务器，例如 connect node3
cli.delquota = 取消配额，或其中指定的一项
cli.getAllChildrenNumber = 统计节点下面共有多少节点
cli.getEphemerals = 列出本会话的临时节点
cli.history = 最近的命令及其编号
cli.listquota = 路径的配额与用量
cli.printwatches = 是否打印监听事件
cli.reconfig = 变更集群成员；这里已禁用
cli.redo = 再执行一次历史中的命令
cli.removewatches = 移除监听；-d 数据，-c 子节点，-a 全部
cli.setquota = 给路径设配额: -n 节点数，-b 字节数；-N、-B 超出即拒绝
cli.version = 这个 shell 的版本
cli.whoami = 服务器认为你是谁
cli.close = 关闭会话
cli.quit = 关闭会话
cli.create = 创建节点；-e 临时，-s 带序号
cli.delete = 删除没有子节点的节点；-v 要求版本相符
cli.deleteall = 连同子节点一起删除
cli.get = 读数据；-s 带状态，-w 设监听
cli.getAcl = 读 ACL；-s 带状态
cli.help = 列出这些命令
cli.ls = 列出子节点；-w 设监听，-R 递归
cli.multi = 几个操作要么全部成功，要么全部不做
cli.set = 写数据；-v 要求版本相符
cli.setAcl = 设置 ACL；-v 要求版本相符
cli.stat = 读状态；-w 设监听
cli.sync = 让本服务器追上 Leader，之后的读不会陈旧

# Why a line was refused, by code of core/scenario and core/shell
error.BadLine = 看不懂“{0}”；以客户端字母开头（"A: get /"），或以冒号开头（":kill 3"）
error.UnknownVerb = 没有 :{0} 这个命令；可用: {1}
error.Usage = 写法: {0}
error.BadTarget = “{0}”在这里不是有效的目标；写法: {1}
error.BadDuration = “{0}”不是 200ms、5s、2m 这样的时间；写法: {1}
error.BadNumber = “{0}”不是范围内的整数；写法: {1}
error.BadPercent = “{0}”不是 0% 到 100% 的百分比；写法: {1}
error.BadType = “{0}”不是服务器之间的消息；可用: {1}
error.BadQuirk = 没有“{0}”这个 quirk；可用: {1}，或 none
error.ServerTwice = 节点 {0} 出现在两组里；只写一次
error.NotInFile = :{0} 只能在控制台用；请从文件中删去
error.NoServer = 没有节点 {0}；现有节点: {1}
error.NoServerNow = 没有节点 {0}；请选舞台上的一个
error.NoLeader = 现在没有 Leader；写出节点，或用 :until leader != none 等待
error.NoClient = 没有客户端 {0}；用 :client {0} 新建
error.ClientExists = 客户端 {0} 已经存在；直接使用，或换一个字母
error.AlreadyUp = 节点 {0} 已在运行；先用 :kill {0} 停下
error.AlreadyDown = 节点 {0} 已经停止；用 :start {0} 启动
error.AlreadyPaused = {0} 已经暂停；用 :resume {0} 让它继续
error.NotPaused = {0} 没有暂停；用 :pause {0} 让它停住
error.NoTargets = :{0} 要指明节点，例如 :{0} 3
error.NoLink = :{0} 要两个不同的节点；写成 1>4
error.ClientOver = 客户端 {0} 的会话已经结束；用 :client {0} 新建
error.ClientsFull = A 到 Z 的字母都用完了；先关闭一个客户端
error.ClientPaused = 客户端 {0} 暂停了；用 :resume {0} 让它继续
error.BadTimeout = 客户端 {0} 的超时必须大于 0；写成 timeout=6s
error.AlreadyUnplugged = 客户端 {0} 的网线已经拔掉；用 :heal {0} 插回
error.NotUnplugged = 客户端 {0} 的网线没有拔掉；用 :unplug {0} 拔掉
error.NoSession = 客户端 {0} 还没有会话；用 :until client[{0}] == CONNECTED 等待
error.NoFlight = 途中没有编号为 {0} 的消息；在舞台上点一条就能看到它的编号
error.NeverRepeats = {0} 所在的连接不会重复送达；只有 NOTIFICATION 会
error.OneGroup = 分区至少要两组；写成 :partition 1,2|3,4,5
error.Stopped = {0} 被破坏，模拟已停止；把时间倒回去，或重新开始
error.NothingToDo = :{0} 现在没有可做的事
error.World = 做不到: {0}
error.NoFork = 没有可以退回的步骤 {0}；请写一个已经开始的步骤
error.Nodes = {0} 个投票者和 {1} 个 Observer 不行: 投票者 1 到 9 个，Observer 0 到 4 个
error.ExprEnd = “{0}”没有写完；例如 leader == 3
error.ExprToken = “{1}”中的“{0}”出现得不对；比较两样东西，例如 leader == 3
error.ExprName = 没有“{0}”这个名字；可用: {1}
error.ExprArgs = {0} 的写法: {1}
error.ExprTypes = “{0}”是{1}，“{2}”是{3}: 永远不会相等；请比较同类的东西
error.ExprBool = “{0}”是{1}，没有真假；请加上比较，例如 leader == 3
error.ExprField = {1} 没有“{0}”；可用: {2}
error.ExprPrefix = “{0}:”只用于 expect 块；请从这里删去
error.ExprDeep = “{0}”嵌套太深；请拆成几条检查
error.Front = 文件没有以 --- 块开头；请加上 title 和 cluster
error.FrontKey = 没有“{0}”这个键；可用: {1}
error.FrontValue = {0} 不能是“{1}”；写法: {2}
error.BlockKind = 没有“{0}”这种块；可用: {1}，或写语言名表示普通代码
error.BlockOpen = {0} 块没有结束；请加一行三个反引号
error.BlockStep = {0} 块在第一步之前；请在它上面加标题 ## Title {#id}
error.StepID = 标题“{0}”没有 id；写成 ## Title {#id}，只用 a-z、0-9 和 -
error.StepTwice = 有两步的 id 都是 {0}；请改名
error.NoSteps = 文件里没有步骤；请加 ## Title {#id} 和 run 或 expect 块
error.Predict = 没有“{0}”这种预测题；可用: {1}
error.PredictBody = 预测题缺少 {0}；请补上
error.TraceHead = 看不懂 trace 后面的“{0}”；写法: {1}
error.TooLong = {0} 超过 {1}；请缩短
error.Until = “{0}”在 {1} 秒内没有成立；检查它，或等待别的条件
error.Stuck = {0} 在 {1} 秒后仍未完成；检查这一步
error.Setup = 集群在 {1} 秒内没有就绪: {0}；检查 cluster、config 和客户端
error.NoStep = 没有剩下的步骤；重新开始，或自由实验
error.StepRuns = 正在运行的步骤还没结束；先让时间走到它的结尾
error.NoUndo = 没有可以撤销的操作
error.Asserted = 不变式 {0} 在第 {2} 步被破坏: 这是缺陷；重现: zabscope sim --seed {1}
error.LinkNewer = 这个链接来自更新的版本 (s={0})；更新本页，或重新开始
error.LinkBad = 链接已损坏（{0}）；请重新复制，或重新开始
error.LinkDiverged = 链接无法重放（第 {0} 步）: 由另一个版本制作；请重新开始
error.NoScenario = 没有“{0}”这个课程；请从列表中选
error.ShellUnknown = 没有 {0} 这个命令；可用: {1}
error.ShellUsage = 写法: {0}
error.ShellOption = 没有 {0} 这个选项；写法: {1}
error.ShellNumber = {0} 不是整数；写法: {1}
error.ShellQuote = {0} 的引号没有结束；请在末尾加上同样的引号
error.ShellPath = 路径 {0} 不合规: {1}；写成 /a/b 这样
error.ShellACL = {0} 不是 ACL；写成 scheme:id:perms，例如 world:anyone:cdrwa
error.ShellEmpty = 这一行是空的；试试 help
error.ShellRefused = 没有发送: {0}
`
