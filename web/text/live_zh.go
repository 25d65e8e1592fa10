package text

// liveZH are the Chinese sentences about real nodes and recorded files. See parse for the form.
const liveZH = `
say.Missed = 节点 {n} 的一部分事件没有收到
say.Missed.known = 节点 {n} 有 {k} 个事件没有收到
say.Missed.gone = 收不到节点 {n} 的消息了: 进程或连接已断开
server.missed = 事件有缺失
server.lost = 收不到消息
header.native = 真实节点 NATIVE
header.recorded = 录像
live.now = 实时
live.title = 连接真实节点
live.where = 1. 在哪里
live.where.text = 粘贴 zabscope ensemble 打印的链接。它打开那台服务器自己的页面，由它转发每个节点的事件。链接里的令牌只留在这个标签页，不会随地址发出。
live.link = 带令牌的链接
live.open = 打开
live.start = 还没有启动？在你的机器上运行:
live.copy = 复制
live.checks = 2. 检查
live.check.reached = 服务器可达
live.check.admitted = 令牌和地址被接受
live.check.cluster = 集群与版本
live.check.nodes = 收到消息的节点
live.rights = 3. 权限
live.right.watch = 只看
live.right.act = 还可以使用客户端
live.right.break = 还可以注入故障（--allow-faults）: 服务器、链路、磁盘
live.mixed = 为什么页面必须由服务器自己提供？
live.mixed.text = https 页面不能用 ws:// 连接别的机器，浏览器称之为混合内容。所以服务器自带页面，与事件流同一个地址。
live.insecure.text = 没有 TLS 又不在 127.0.0.1 时，浏览器不给剪贴板和离线功能，途中的人也能偷看。可以用隧道: ssh -L
	8080:127.0.0.1:8080 HOST
live.file = 打开轨迹文件…
live.leave = 离开，回到模拟
live.fault = 要对真实节点这样做吗？
live.fault.text = 这不是模拟: 进程会结束，链路会断，客户端会察觉。这个标签页只问一次。
live.fault.do = 执行
live.fault.not = 不执行
js.live.behind = 落后 {s} 秒
js.live.following = 实时
js.live.simulated = 这个页面在模拟，没有显示真实节点。
js.live.connecting = 正在连接真实节点…
js.live.on = 已连接: 你看到的正发生在真实节点上。
js.live.recorded = 这是一份录像: {name}
js.live.retry = 连不上服务器。画面是最后看到的样子，{s} 秒后重试。zabscope ensemble 还在运行吗？
js.live.4001 = 令牌不对: 它属于服务器的另一次启动。请打开最近打印的链接。
js.live.4002 = 服务器不接受页面的这个地址。请原样打开打印的链接。
js.live.4003 = 页面与服务器的版本不同。请重新加载页面。
js.live.4004 = 观看的页面太多了。关掉一个，再重新加载。
js.live.4005 = 服务器没看懂这个页面。请重新加载。
js.live.none = 这个地址的页面背后没有真实节点。请启动 zabscope ensemble，打开它打印的链接。
js.live.token = 要看这个页面背后的真实节点，请打开 zabscope ensemble 打印的带令牌的链接。
js.live.link = 这不是 zabscope ensemble 打印的链接: 它以 #token=… 结尾
js.live.mixed = 这个页面来自 https，不能用 http 连接 {host}。请在单独的标签页打开链接。
js.live.insecure = 这里没有 TLS: 浏览器不给剪贴板和离线功能，途中的人也能偷看。
js.live.badline = 读不懂服务器发来的内容: {why}
js.live.badfile = {name} 不是轨迹文件: {why}
js.live.flight = {name} 是飞行记录。先把它变成轨迹:
	zabscope run --replay {name} --trace trace.ndjson
js.live.bigfile = {name} 太大: 最多能打开 {mb} MB
js.live.refused = 没有执行
live.free = 真实节点
live.free.text = 你看到的是机器上真正运行的进程。可以暂停画面、后退、放慢了看；你的操作会落到这些进程上。
live.record = 录像
live.record.text = 这是某次运行留下的记录。可以单步、后退、以任何速度观看。
live.try.partition = 把 1 与 2、3 隔开
live.try.pause = 让 2 的进程停住，像一次长 GC
live.try.resume = 让所有进程继续
live.sampled = 节点 {n} 的事件太多，画不下: 每 {of} 个事务画 {k} 个
live.lost = 连接在答复之前断开: 可能已执行，也可能没有
live.cannot.recorded = 这是一份录像，只能看，不能改
live.cannot.sim = 只有模拟才做得到，这里是真实节点。要试的话，请打开不带令牌的页面
live.cannot.act = 这个链接只能观看。打印的另一个链接可以操作
live.cannot.break = 这里不允许注入故障。请用 --allow-faults 启动 zabscope ensemble
`
