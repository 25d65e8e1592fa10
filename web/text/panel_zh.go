package text

// panelZH are the Chinese words of the panels of data, sessions, watches and metrics. See parse for
// the form.
const panelZH = `
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
