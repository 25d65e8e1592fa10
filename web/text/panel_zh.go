package text

// panelZH are the Chinese words of the panels of data, sessions, watches and metrics. See parse for
// the form.
const panelZH = `
tab.data = 数据树
data.search = 查找路径
data.only = 只看不一致
data.summary = {n} 个 znode · {d} 个不一致
data.empty = 这里只有 ZooKeeper 自带的 znode。创建一个:
data.nothing = 没有符合的 znode。
data.legend = 圆点的含义
data.detail = 选中的 znode
data.table = 各节点上的内容
data.close = 关闭
data.gone = 现在没有任何节点有这个 znode。
data.node = 节点
data.value = 值
data.version = 版本
data.owner = 所有者
data.children = 子节点
data.bytes = {n} 字节
data.watchers = 被谁监听
data.unwatched = 无
data.at = 节点 {n}: {pip}
data.row = {name}，{kind}，值 {value}，{version}，{pips}
data.pip.same = 与已提交一致
data.pip.none = 没有，与已提交一致
data.pip.behind = 落后
data.pip.logged = 已写日志，未提交
data.pip.missing = 缺失
data.pip.down = 宕机
data.pip.unknown = 未知
data.kind.persistent = 持久
data.kind.ephemeral = 临时
data.kind.container = 容器
data.kind.ttl = 带 TTL
data.perm.c = 创建
data.perm.d = 删除
data.perm.r = 读
data.perm.w = 写
data.perm.a = 管理
data.absent = 没有该 znode
data.stale = 陈旧读: 节点 {n} 返回 {got}，已提交 {have}
watches.title = 监听
watches.empty = 还没有监听。让客户端 A 监听根节点:
watches.more = 另有 {n} 个较早的未显示
watches.client = 客户端
watches.path = 路径
watches.kind = 等待
watches.set = 设置于
watches.fired = 已触发（一次性），需重新注册
watches.lost = 随连接一起消失
data.tag = 陈旧
data.fresh = 最新: 已提交的最新状态
data.lagging = 该 znode 是最新的，但节点 {n} 还没有应用全部已提交事务
say.Snapshotted = 节点 {n} 开始保存到 {zxid} 为止的状态快照

# Sessions
tab.sessions = 会话与监听
sessions.title = 会话
sessions.empty = 还没有会话: 没有客户端连接。添加一个:
sessions.keeper = Leader {n} 按 tickTime = {tick} 分桶计时: 指针走过一个桶，桶里的会话一起过期。
sessions.nokeeper = 现在没有可服务的 Leader，无人计时: 任何会话都不会过期。新 Leader 会给每个会话完整的超时时间。
sessions.wheel = {n} 个会话，每桶 {tick}
sessions.chip = {s}: {t} 过期（{state}）
sessions.formula = 桶是怎么算出来的
sessions.formula.text = 每次心跳或请求都从现在重新计时，把会话移到更晚的桶。向上取整意味着: 最多晚一个 tick，绝不提前。
sessions.caption = 会话，最先过期的在最上面
sessions.id = 会话
sessions.server = 节点
sessions.timeout = 超时
sessions.heard = 最近听到
sessions.bucket = 过期桶
sessions.ephemerals = 临时
sessions.ephemerals.long = 该会话的临时节点
sessions.before = 前一页
sessions.after = 后一页
sessions.range = 第 {from}–{to} 个，共 {n} 个
sessions.state.open = 正常
sessions.state.closing = 正在关闭
sessions.state.expired = 已过期
sessions.state.gone = 已关闭
`
