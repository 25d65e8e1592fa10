package text

// shellZH are the Chinese words of the console, its form and its completion.
// See parse for the form.
const shellZH = `
console.clients = 命令发给哪个客户端
console.client = 客户端 {letter}: {state}
console.new = 新建客户端 {letter}
console.form = 表单
console.copy = 复制为脚本
console.options = 可以补全为
console.seek = 回到 {t}，执行这一行的时刻
console.waits.client = 客户端 {letter} 处于 {state}: 连上之后才会发送，否则以 ConnectionLoss 失败。
	它要能连到一台跟随 Leader 的服务器。
console.waits.quorum = 正在等待: 没有 Leader 拥有多数派（互相可达的投票节点只有 {up}/{n}）。
	启动或愈合节点即可继续，否则以 ConnectionLoss 失败。
console.waits.election = 正在等待: 还没有 Leader，选举结束后继续。
console.away.later = 晚于正在显示的时刻
console.away.branch = 在另一条分支上
console.waits.paused = 时间已暂停: 按播放键，结果才会到来。
console.done = 完成
console.done.set = 已写入: 版本 {v}，事务 {zxid}
console.done.delete = 已删除，事务 {zxid}
console.expire.runs = {c} 的网线已拔掉。Leader {n} 再也听不到它，会让它的会话在 {at} 过期，即这一行之后 {t}。在那之前
	:heal {c} 可以救回会话。
console.expire.unkept = {c} 的网线已拔掉，但现在没有 Leader 计时。下一个 Leader 会先给会话完整的超时时间。
console.expire.saved = 又听到 {c} 了: 它的会话继续。
console.expire.over = 会话在 {at} 结束，即这一行之后 {t}。
console.note.client = 所选节点还不能服务时，客户端会自己换一台；要固定在一台上，写 {c}!。
console.note.heal = 节点 {servers} 仍在寻找 Leader。得不到应答时，重发选票的间隔会越来越长，最长 60 秒，所以可能要等一会儿。
builder.command = 命令
builder.path = 路径
builder.kind = 类型
builder.kind.persistent = 持久
builder.kind.ephemeral = 临时
builder.kind.sequential = 顺序
builder.kind.both = 临时且顺序
builder.data = 数据
builder.version = 仅当版本为
builder.watch = 设置监听
js.copied.script = 已复制: {n} 行 zkCli 脚本
js.builder.path = 路径以 / 开头，且不以 / 结尾，例如 /app/config
js.builder.quotes = 数据同时含有单引号和双引号，一行写不下: 请去掉其中一种
`
