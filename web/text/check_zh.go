package text

// checkZH are the Chinese words in which a check of a lesson is said: core/scenario makes sentences
// of them, and the names in the keys are its names. See parse for the form.
const checkZH = `
check.within = {0} 之内: {1}
check.always = 始终: {0}
check.never = 从不: {0}
check.violates = 规则 {0} 被破坏
expr.and = {0}，并且{1}
expr.or = {0} 或 {1}
expr.not = 并非: {0}
expr.before = 先有 {0}，然后 {1}
expr.in = {0} 是 {1}
expr.happens = 发生 {0}
expr.== = {0} 是 {1}
expr.!= = {0} 不是 {1}
expr.< = {0} 小于 {1}
expr.> = {0} 大于 {1}
expr.<= = {0} 不超过 {1}
expr.>= = {0} 至少是 {1}
noun.server = 节点 {0}
noun.nobody = 无
noun.all = 数据
noun.call = {0} 的第 {1} 条命令
noun.before = 这一步之前的 {0}
noun.event = {1} {0}
noun.field = {1}的 {0}
noun.leader = Leader
noun.epoch = epoch
noun.zxid = 最新的 zxid
noun.service = 服务
noun.leaders_now = 现在的 Leader 数
noun.leaders_per_epoch = 同一 epoch 里最多的 Leader 数
noun.alive = 运行中的节点数
noun.killed = 宕机的节点数
noun.quorum = 法定人数
noun.lost_acked = 已确认却丢失的写入数
noun.voters = 投票者数
noun.observers = Observer 数
noun.early_acks = 落盘之前就发出的 ACK 数
of.state = 节点 {0} 的状态
of.phase = 节点 {0} 的阶段
of.epoch = 节点 {0} 的 epoch
of.accepted = 节点 {0} 承诺的 epoch
of.last = 节点 {0} 最后写入日志的 zxid
of.done = 节点 {0} 最后提交的 zxid
of.round = 节点 {0} 的选举轮次
of.client = 客户端 {0} 的连接
of.attached = 客户端 {0} 所连的服务器
of.votes.for = 节点 {0} 投给的
of.votes.reason = 决定节点 {0} 投票的
of.votes.round = 节点 {0} 投票的轮次
of.votes.zxid = 节点 {0} 选票里的 zxid
of.votes.epoch = 节点 {0} 选票里的 epoch
of.zxid = {0} 的 zxid
of.result = {0} 的结果
of.read = {0} 读到的
of.output = {0} 的输出
of.value = 节点 {0} 上 {1} 的值
of.stat = 节点 {0} 上的 {1}
of.msgs = {1} {0} 消息的数目
of.events = {1} {0} 的次数
of.fired = {0} 因 {2} 收到的 {1} 事件数
of.acks = 已确认 {0} 的节点数
of.acks_at_commit = 提交 {0} 时的 ACK 数
of.sessionId = 客户端 {0} 的会话
is.agree = 运行中的节点上 {0} 都一致
is.has = 节点 {0} 上有 {1}
is.up = 节点 {0} 在运行
is.rising = 每个节点上 {0} 的 zxid 只增不减
is.has==false = 节点 {0} 上没有 {1}
is.up==false = 节点 {0} 没有运行
is.leader== = {1} 是 Leader
is.state== = 节点 {0} 处于 {2}
is.phase== = 节点 {0} 处于 {2} 阶段
is.votes.for== = 节点 {0} 投给{2}
is.votes.reason== = 决定节点 {0} 投票的是 {2}
is.read== = {0} 读到 {2}
is.acks_at_commit== = 提交 {0} 时，已确认的节点数是 {2}
is.msgs== = {1} 到达 {2} 条 {0} 消息
is.events== = {1} 发生 {2} 次 {0}
is.leader==none = 没有 Leader
is.service==available = 集群可以服务
is.service==unavailable = 集群不能写入
is.leaders_per_epoch==1 = 没有哪个 epoch 有两个 Leader
is.leaders_per_epoch>1 = 同一个 epoch 有两个 Leader
is.leaders_now==0 = 没有 Leader
is.msgs==0 = {1} 没有 {0} 消息到达
is.msgs>0 = {1} 有 {0} 消息到达
is.msgs==1 = {1} 到达一条 {0} 消息
is.events==0 = {1} 不发生 {0}
is.events==1 = {1} 发生一次 {0}
is.events>=1 = {1} 至少发生一次 {0}
is.lost_acked==0 = 已确认的写入都没有丢失
is.early_acks==0 = 没有节点在落盘之前确认
is.result==ok = {0}成功
filter.from = 从节点 {0}
filter.to = 到节点 {0}
filter.node = 节点 {0} 上
filter.peer = 与节点 {0}
filter.role = 变为 {0} 的
filter.why = 因 {0} 的
filter.zxid = 对 {0}
filter.epoch = 在 epoch {0}
`
