package text

// pageZH are the Chinese words of the page itself: labels, buttons, tables. See parse for the form.
const pageZH = `
# The page
app.subtitle = 看得见的 ZooKeeper 集群
nav.play = 自由实验
nav.scenarios = 课程
skip.stage = 跳到舞台
skip.list = 跳到列表视图
header.share = 分享
header.language = 语言
header.theme = 切换明暗
header.help = 帮助与快捷键
header.offline = 离线可用

# The stage and its tools
stage.label = 集群舞台
side.label = 课程与检查
bottom.label = 控制台与事件
dock.fold = 折叠或展开面板
side.all = 全部面板
tab.lesson = 课程
tab.inspector = 检查器
tab.votes = 投票
tab.console = 控制台
tab.events = 事件
toolbar.label = 工具
tool.select = 选择
tool.cut = 切断: 点链路
tool.delay = 延迟: 点链路
tool.kill = 宕机 / 重启: 点节点
tool.client = 新客户端: 点节点
tool.list = 列表视图

# Legend
legend.title = 图例
family.election = 选票 NOTIFICATION
family.discovery = 发现 FOLLOWERINFO LEADERINFO…
family.sync = 同步 DIFF TRUNC SNAP
family.proposal = 提案 PROPOSAL
family.ack = 确认 ACK
family.commit = 提交 COMMIT / INFORM
family.client = 客户端请求与应答
family.heartbeat = 心跳 PING
cell.received = 已收到，未落盘
cell.persisted = 已落盘，已 ACK
cell.committed = 已提交
cell.truncated = 被截断

# Words for roles and phases
role.looking = 选举中
role.following = 跟随者
role.leading = 领导者
role.observing = 观察者
role.down = 宕机
phase.election = 选举
phase.discovery = 发现
phase.synchronization = 同步
phase.broadcast = 广播

# What a screen reader says
server.title = 节点 {n}
server.spoken = 节点 {n}，{role}，{phase}阶段，epoch {epoch}，最新日志 {last}，已提交 {committed}
client.title = 客户端 {c}
client.left = 会话还剩 {t}
client.left.unless = ，在那之前连上服务器就不过期
client.over = 会话已结束
client.expired = 会话已过期
client.closed = 已关闭
client.unplugged = 网线已拔
client.spoken = 客户端 {c}，{state}，{at}
client.nowhere = 未连接任何节点
link.spoken = 链路 {a} – {b}
link.cut.both = 双向切断
link.cut.ab = {a} 到 {b} 被切断
link.cut.ba = {b} 到 {a} 被切断
link.delay = 延迟 {d}
link.loss = 丢包 {p}
link.healthy = 正常
link.iscut = 已切断

# Islands
island.tag = {name} 区 · {servers} · {count} · {quorum}
island.tag.short = {name} 区 · {count} · {quorum}
island.node = 节点 {servers}
island.nodes = 节点 {servers}
count.all = {k}/{n}
count.voters = 投票者 {k}/{n}
island.led = 节点 {n} 是 Leader ✓
island.quorum = 可选出 Leader ✓
island.noquorum = 无法定人数
oldleader.short = 旧 Leader · 未失效
server.waits = 尚未对外服务
server.waits.short = 尚未服务
server.barred = 连不上 Leader {id}

# The status bar
status.ok = 可服务 {up}/{n}
status.ok.observers = 可服务: 投票者 {up}/{n}，观察者 {o}/{all}
status.ok.help = {n} 个投票节点里有 {up} 个与 Leader {l} 保持联系: 它们应答读，并把写转给它。
status.stale = 仍在应答读，可能陈旧: {servers}
status.stale.help = 已与能提交的 Leader 隔开，但还没有察觉: 在自己的超时（syncLimit × tickTime）之前，它仍用手里的数据应答读，但什么也写不了。
status.sessions = · {k} 个会话
status.clients.help = 已连接的客户端。会话在最后一次听到客户端之后还会持续整个超时时间，所以会话可能更多: “会话与监听”里写着每个会话的状况。
status.electing = 正在选举，第 {round} 轮
status.syncing = 已选出 Leader，正在同步
status.unaware = 写入停顿: Leader 不可达
status.unaware.help = Leader 已够不到法定人数，而其他节点还没有察觉: 它们会等它的下一句话，直到 syncLimit × tickTime 用完。
status.noquorum = 无法定人数 {count}，写入不可用
status.down = 没有节点在运行
status.leader = Leader
status.leader.electing = 选举中…
status.leader.soon = {n}，尚未就位
status.leader.none = 无
status.committed = 已提交
status.clients = 客户端
status.violated = 不变式被破坏: {name}
fault.partition = 网络分成 {n} 区
fault.links = {n} 条链路异常
fault.links.way = 1 条链路单向异常
fault.links.ways = {n} 条链路异常，其中 {k} 条单向
fault.unplugged = 网线已拔: {clients}
fault.down = 节点 {servers} 宕机
fault.paused = 节点 {servers} 暂停
fault.slow = 节点 {servers} 磁盘变慢

# Time
transport.label = 播放控制
transport.play = 播放
transport.pause = 暂停
transport.step = 下一步
transport.back = 上一步
transport.start = 回到开头
transport.end = 到最新
transport.scrub = 时间轴（← → 移动 100 毫秒）
speed.short = 速度

# The ballot box
votes.of = 谁的票箱: 节点
votes.mine = 投给
votes.round.long = 第几轮投票
votes.for.node = 节点 {id}
votes.history = 节点 {id}，它的历史到 {zxid}，epoch {epoch}
votes.nobody = 还没有投
votes.leads = 节点 {id}，它是 epoch {epoch} 的 Leader
votes.taken = 节点 {id} 就是在这一轮当选的；本节点原来在第 {asked} 轮询问
votes.serves = 这是投票时的票。节点 {id} 现在是 epoch {epoch} 的 Leader，所以寻找 Leader 的节点会被告知 {vote}。
votes.down = 节点 {n} 已宕机。这是它最后参加的一次选举。
votes.table = 第 {n} 轮的选票
votes.table.joined = 在此之前，它在第 {n} 轮听到的
votes.dropped = 听到但没有计入的选票
votes.voter = 投票者
votes.for = 投给
votes.note = 结果
votes.tally = 要有 {need} 票，即投票者的过半数，才能当选。竖线就是这个位置。
votes.count = {k} 票，需要 {need} 票
votes.from = 来自 {from}
votes.role = 当时的状态
votes.state.LOOKING = 还在寻找
votes.state.FOLLOWING = 正在跟随
votes.state.LEADING = 自己就是 Leader
votes.state.OBSERVING = 正在观察
votes.key = 一张票写作 (leader, zxid, epoch): 投给谁，以及那个候选人的历史有多新。先比
	epoch，大的赢；再比 zxid；最后比 myid。
votes.elsewhere = 已有 Leader 的节点的应答
votes.elsewhere.text = 这里的 epoch 是那个 Leader 任期的 epoch，zxid 是它当选时历史到哪里。
votes.empty = 还没有听到任何选票。重启或隔离 Leader，就会开始一轮选举。
votes.joined = 加入节点 {id}: {n} 个投票者里有 {k} 个说已经以它为 Leader，它自己也这么说。不管听到过什么选票，这就定了。
votes.decided = 已选定: 由节点 {id} 当 Leader
votes.waiting = {k}/{n} 票已过半，再等 200 ms，没有更优的票即定
votes.open = 正在收票
votes.barred = 节点 {n} 从节点 {from} 得知 Leader 是 {id}，但自己到不了节点 {id}: 链路断了。只有听到 Leader 本人的答复才会加入，所以它继续找。
votes.none = 本节点没有参加选举
votes.note.own = 自己的票
votes.note.switched = 刚改投 {id}
votes.note.same = 一致 ✓
votes.note.haveleader = 第 {n} 轮起是它的 Leader
votes.note.leads = 从第 {n} 轮起领导
votes.note.other = 另一张票
votes.dropped.WorseVote = 等待更优票期间到达，并不更优（第 {n} 轮）
votes.dropped.OlderRound = 属于较旧的第 {n} 轮
votes.dropped.NotVoter = 没有投票权（第 {n} 轮）
votes.dropped.BadMessage = 没有节点会发出的数字（第 {n} 轮）

# The comparison of two votes
duel.title = 节点 {n} 在第 {round} 轮为什么这样投: 两张票的比较（PK）
duel.heard = 节点 {n} 投给
duel.mine = 节点 {n} 自己原来投给
duel.tied = 平
duel.decided = 胜出
duel.skipped = 未比较
duel.won = 节点 {of} 改投节点 {id}，并向全体广播
duel.alike = 节点 {n} 在第 {round} 轮: 收到同样的票
duel.same = 节点 {n} 也投节点 {id}: {vote} 与节点 {of} 的票是同一张票，不用比较；节点 {of} 给节点 {id} 多记一票。
duel.kept = 节点 {of} 仍投节点 {id}
duel.ByRound = 节点 {n} 在第 {theirs} 轮，比节点 {of} 的第 {mine} 轮新: 节点 {of} 进入那一轮，从自己的票重新开始。没有比较选票。
duel.OlderRound = 节点 {n} 在第 {theirs} 轮，比节点 {of} 的第 {mine} 轮旧: 它的票被忽略，并会得到通知。没有比较选票。

# The inspector
inspect.empty = 点击舞台上的节点、链路、消息或客户端，这里会显示它的细节。
inspect.identity = 身份
inspect.election = 选举
inspect.storage = 存储
inspect.learners = 学习者
inspect.voter = 投票者
inspect.observer = 观察者（无投票权）
inspect.kind = 类型
inspect.state = 状态
inspect.sessions = 会话
inspect.phase = 阶段
inspect.logged = 最新日志
inspect.durable = 已落盘
inspect.committed = 已提交
inspect.applied = 已应用
inspect.outstanding = 待提交提案
inspect.notdurable = 磁盘上仍是 {e}
inspect.transactions = 事务数
inspect.snapshot = 快照
inspect.digest = 摘要
inspect.fsync = 每次 fsync
inspect.delay = 延迟
inspect.loss = 丢包
inspect.server = 节点
inspect.session = 会话
inspect.seen = 见过的 zxid
inspect.ops = 最近操作
inspect.sent = 发出
inspect.arrives = 到达
inspect.cause = 事件号
inspect.journey = 旅程
inspect.fields = 字段
bytes.head = 字节
bytes.client = ZooKeeper 客户端协议，共 {n} 字节，含开头的长度
bytes.peer = 服务器之间的自有格式，共 {n} 字节
bytes.at = 偏移
bytes.name = 字段
bytes.hex = 字节
bytes.value = 值
bytes.more = 另有 {n} 个字段未列出

# The list view
list.caption = 全部节点
list.server = 节点
list.state = 状态
list.phase = 阶段
list.logged = 最新日志
list.committed = 已提交
list.island = 分区
list.sessions = 会话
list.actions = 操作

# The event log
events.empty = 还没有事件。按播放，或按 . 走一步。
events.time = 时间
events.who = 谁
events.what = 发生了什么
events.kind = 代码
events.world = 外界
events.seek = 跳到这一刻
events.filter = 筛选
events.search = 搜索
events.all = 全部（不含心跳）
group.world = 外界与故障
group.message = 消息
group.election = 选举
group.zab = ZAB
group.state = 会话与监听
group.client = 客户端
group.check = 不变式

# The console
console.empty = zkCli 命令发给一个客户端，冒号开头的命令改变世界。试试:
console.placeholder = 输入命令，例如 create -e /x 1（Tab 补全）
console.send = 发送

# Free play
free.title = 自由实验
free.text = {n}台 ZooKeeper 服务器就在这个标签页里运行。播放、单步、倒退；拖走一个节点让它失联；点任何东西看它的状态。
numeral.1 = 一
numeral.2 = 两
numeral.3 = 三
numeral.4 = 四
numeral.5 = 五
numeral.6 = 六
numeral.7 = 七
numeral.8 = 八
numeral.9 = 九
free.try = 试试看
try.kill = 让 Leader 宕机，看谁接任
try.partition = 把 1、2 与其余隔开
try.heal = 愈合所有故障链路
try.app = 由客户端 A 创建一个节点
try.set = 由客户端 A 修改它，版本号加一
try.get = 由客户端 B 读取它
try.ephemeral = 临时节点: A 的会话结束，它就消失
try.create = 由客户端 A 写一个顺序节点
try.expire = 让客户端 A 的会话过期，临时节点随之消失
try.start = 启动所有宕机的节点
try.chaos = 随机故障 20 秒，然后恢复

# Help
help.title = 帮助
help.text = 点或按住任何东西都能操作它；每个动作都会在控制台印出对应的命令。
help.keys = 快捷键
key.play = 播放 / 暂停
key.step = 下一步 / 上一步
key.delivery = 一条消息
key.round = 一轮
key.select = 选择节点
key.walk = 在节点间移动
key.menu = 节点操作
key.escape = 关闭，取消选择
key.kill = 宕机
key.restart = 重启
key.pause = 暂停进程
key.isolate = 隔离
key.heal = 愈合全部
key.client = 新客户端
key.write = 写入一次
key.list = 列表 / 图
key.console = 控制台
key.speed = 慢、快、默认
key.theme = 切换主题
key.undo = 撤销
key.help = 显示本页帮助
dialog.close = 关闭

# Sharing, links from others, the crash card
open.title = 打开分享的运行？
open.text = 这个链接会重放下面的命令:
open.run = 重放
open.refuse = 不，从头开始
crash.title = 模拟内核停止了
crash.text = 这是我们的错误。命令日志没有丢失，可以从头重放。
crash.restart = 从最近的快照恢复
crash.copy = 复制诊断信息
crash.link = 重现链接

# Loading
load.label = 加载进度
load.noscript = 这是静态图。打开 JavaScript 才能播放。

# What scripts say themselves
js.fork = 已从 {t} 分叉: 现在是分支 {n}，原来的未来仍保留
js.undo = 撤销
js.copied = 已复制
js.copy.failed = 无法复制，请手动选择
js.copy.insecure = 浏览器只允许 https 或本机的页面复制，请手动选择
js.load.download = 下载内核 {done}/{total}
js.load.compile = 编译
js.load.boot = 启动 {n} 个节点
js.load.slow = 网络较慢，可先看静态图解
js.load.failed = 加载失败。检查网络后重试；或查看静态图解
js.load.nowasm = 这个浏览器不能运行 WebAssembly，只显示静态图
js.load.noworker = 这个页面不允许启动 Worker，只显示静态图；请在新标签页打开
js.load.csp = 这个页面的安全策略不允许 WebAssembly，只显示静态图；请在新标签页打开
js.load.memory = 内存不足，只显示静态图
js.link.new = 这个链接来自更新的版本 (s={s})
js.link.bad = 这个链接损坏了
js.link.long = 运行太长，放不进链接（{n} 字节）
js.hang = 模拟器不再应答
js.drop.isolate = 松手: 隔离 {n}
js.drop.join = 松手: {n} 并入此区
js.selected = 已选择 {name}
js.theme = 主题: {name}
js.theme.auto = 跟随系统
js.theme.light = 浅色
js.theme.dark = 深色

# Pages of the server
site.404.title = 这个地址没有内容
site.404.text = 链接可能打错了，也可能这一课改了名字。
site.405.title = 本站只回答查询
site.405.text = 这里只接受 GET 和 HEAD 请求，从外面改不了任何东西。
site.421.title = 这台服务器不叫这个名字
site.421.text = 请用它启动时打印的地址打开。要用别的名字，请在启动时加 --host 名字。
site.home = 去实验台
site.choose.title = 看得见的 ZooKeeper 集群
site.choose.text = 在浏览器里启动五个节点，弄坏它们，再把时间倒回去。
site.choose.go = 打开中文版
`
