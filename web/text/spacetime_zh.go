package text

// spacetimeZH are the Chinese words of the space-time diagram. See parse for the form.
const spacetimeZH = `
tab.spacetime = 时空图
space.tools = 时间窗口
space.earlier = 更早
space.later = 更晚
space.closer = 拉近
space.further = 拉远
space.follow = 当前
space.follow.title = 让所示时刻总在窗口里
space.pings = PING
space.pings.title = 也画出心跳
space.list = 列表
space.svg = SVG
space.svg.title = 把窗口保存为 SVG
space.png = PNG
space.png.title = 把窗口保存为图片
space.mermaid = Mermaid
space.mermaid.title = 把窗口保存为 Mermaid 时序图
space.picture = 时空图
space.help = 点击跳到该时刻，拖动选窗口。方向键: 在图上移动时间，在箭头上移到前后的消息。回车跳到消息发出的时刻。Page Up 和 Page
	Down: 更早、更晚。加号和减号: 拉近、拉远。
space.key = 粗线: LEADING · 虚线: LOOKING · 空缺: 宕机 · 阴影: 与多数派隔断 · 横贯的线: 提交 · ✕: 丢失
space.sent = 发出
space.from = 从
space.to = 到
space.message = 消息
space.outcome = 到达
js.space.server = 节点 {id}
js.space.client = 客户端 {id}
js.space.arrived = {what}，从{from}到{to}: {t} 发出，{hop} 后到达
js.space.lost = {what}，从{from}到{to}: {t} 发出，丢失
js.space.held = {what}，从{from}到{to}: {t} 发出，在途中被扣留
js.space.flying = {what}，从{from}到{to}: {t} 发出
js.space.label = {from} 到 {to}: {lanes} 条生命线，{n} 条消息，丢失 {lost} 条，提交 {commits} 次。所示时刻为
	{now}。
js.space.span = {from}–{to} · {n} 条消息
js.space.every = {from}–{to} · 每 {k} 条画 1 条，共 {n} 条；拉近可看全部
js.space.busy = 正在读取轨迹…
js.space.gone = 更早的事件已不再保留。
js.space.row.lost = ✕ 丢失
js.space.row.held = 扣留
js.space.drawn = 每 {k} 条消息画 1 条
js.space.commit = 提交 {zxid}
`
