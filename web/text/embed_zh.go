package text

// embedZH are the Chinese words of embeds, the share dialog and the exported site. See parse for
// the form.
const embedZH = `
# 嵌在别的网页里
embed.start = 开始
embed.open = 在新标签页打开
embed.sandbox = 这个框架的 sandbox 没有 allow-same-origin，浏览器不允许在里面启动模拟器。
embed.broken = 这个框架的脚本没有加载成功。
js.embed.bad = {name}={value} 用不了，可用的是 {takes}，现在按 {used} 处理
js.embed.own = 默认值
js.embed.numbers = {from} 到 {to} 的数
`
