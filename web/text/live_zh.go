package text

// liveZH are the Chinese sentences about real nodes and recorded files. See parse for the form.
const liveZH = `
say.Missed = 节点 {n} 的一部分事件没有收到
say.Missed.known = 节点 {n} 有 {k} 个事件没有收到
say.Missed.gone = 收不到节点 {n} 的消息了: 进程或连接已断开
server.missed = 事件有缺失
server.lost = 收不到消息
live.sampled = 节点 {n} 的事件太多，画不下: 每 {of} 个事务画 {k} 个
live.lost = 连接在答复之前断开: 可能已执行，也可能没有
live.cannot.recorded = 这是一份录像，只能看，不能改
live.cannot.sim = 只有模拟才做得到，这里是真实节点。要试的话，请打开不带令牌的页面
live.cannot.act = 你只能观看。要操作，启动 zabscope ensemble 时不要加 --watch
live.cannot.break = 这里不允许注入故障。请用 --allow-faults 启动 zabscope ensemble
`
