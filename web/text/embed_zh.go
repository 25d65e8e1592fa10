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

# 分享对话框
share.title = 分享
share.privacy = 内容只在链接里，不会上传
share.from = 打开时从
share.now = 当前时刻开始
share.start = 初始状态开始
share.link = 链接
share.copy = 复制链接
share.embed = 嵌入
share.ui = 形态
share.ui.full = 舞台、课程和时间轴
share.ui.min = 舞台和时间轴
share.ui.stage = 只有舞台
share.theme = 主题
share.lang = 语言
share.height = 高度（px）
share.ctl = 点击后才加载
share.autoplay = 自动播放
share.code = 框架的代码
share.copycode = 复制代码
share.try = 在新标签页试一试
js.share.length = 共 {n} 个字符
js.share.shorter = 请保存为文件，或者改为分享初始状态
js.share.saved = 已保存为 {name}。把它拖到本页即可打开
js.share.badfile = {name} 里没有本页能打开的运行
share.save = 保存为文件
share.open = 打开文件…

# 组件一览
book.title = 组件一览
book.sets = 示例模型
`
