package text

// lessonZH are the Chinese words of the lesson player and the home page. See
// parse for the form.
const lessonZH = `
# A lesson
nav.all = 全部课程
lesson.place = 第 {n} 课，共 {of} 课
lesson.exhibit = 第 {n} 件展品，共 {of} 件
lesson.exhibit.following = 下一件展品:
lesson.minutes = {n} 分钟
lesson.steps = {n} 步
lesson.restart = 重新开始
lesson.resume = 从那里继续
lesson.following = 下一课:
lesson.ticked = 已完成
level.basic = 基础
level.core = 核心
level.deep = 深入

# One step
lesson.predict = 先预测，再验证
lesson.pick = 也可以直接点舞台上的服务器。
lesson.lock = 锁定答案
lesson.skip = 跳过问题
lesson.skipped = 已跳过。
lesson.lines = 将要执行的命令
lesson.run = 运行这一步
lesson.answer = 看答案
lesson.running = 正在运行…
lesson.halted = 停在这一步的中途
lesson.on = 继续
lesson.next.asks = 第 {n} 步“{title}”先有一个问题（在“课程”标签）。先锁定答案，或在那里点“跳过问题”，再用 :next 运行这一步。
lesson.next.again = 第 {n} 步“{title}”还没结束，现在接着播放。
lesson.next.plays = 这一步开始播放，到结尾时间会停下。
lesson.next.still = 这一步已开始，但时间停着: 按播放才能看到。
lesson.finish = 直接到这一步的结尾
lesson.goto = 跳到这一步
lesson.look = 看看:
lesson.look.server = 服务器 {n}
lesson.look.votes = 服务器 {n} 的票箱
lesson.less = 少一个
lesson.more = 多一个
lesson.up = 提前: {what}
lesson.down = 推后: {what}
lesson.server = 服务器 {n}
lesson.nobody = 没有
stage.ask = 是哪台服务器？点它，或者选中后按 Enter。

# What came of it
lesson.yours = 你的答案
lesson.happened = 实际结果
lesson.right = 预测正确
lesson.wrong = 结果不同，关键就在这里
lesson.evidence = 看证据
lesson.back = 回到这一步的结尾
lesson.checks = 检查
lesson.checked = {n} 项检查，{k} 项成立
check.waiting = 等待
check.ok = 通过
check.failed = 未通过
lesson.broken = 中途的操作改变了结果。重做这一步，看看不受干扰的样子。
lesson.next = 下一步
lesson.reset = 重做这一步

# The end of a lesson
lesson.end = 这一课完成了
lesson.score = {n} 次预测，{k} 次与结果一致
lesson.free = 从这里自由实验
lesson.free.text = 现在整个集群归你了，就从眼前的状态开始: 拖、断、宕机、写入。

# What scripts say
js.lesson.was = 上次到第 {n} 步，共 {of} 步。
js.lesson.back = 这一步从上一步的结尾开始，你中途的操作已撤销。
js.lesson.free = 集群归你了。拖走一台服务器，按 K，或者输入一行命令。

# The front page
home.text = 五台服务器投票，第六台旁观: 它们就在浏览器里选举 Leader，对每次写入达成一致，分裂，再恢复。放慢、倒退、弄坏它们，看清每台服务器为什么这样决定。
home.learn = 从第一课开始
home.play = 自由实验
home.play.text = 不用安装，不用注册。模拟器就在这个页面里运行，什么都不会传出去。
home.start = 在这里试试
home.live = 正在运行的第一课
home.skip = 跳到课程
home.lessons = 课程
home.lessons.text = 每课几分钟: 先读，再预测，运行，看结果和原因。
home.chapter = 第 {n} 章
home.museum = 缺陷博物馆
home.museum.text = ZooKeeper 有过的缺陷，重新打开: 看什么被破坏，再看改正之后。有两件在这里无从打开，并说明原因。
home.planned = 准备中:
home.foot = zabscope 与 Apache 软件基金会无关；Apache ZooKeeper 是其商标。
chapter.1 = 认识集群
chapter.2 = ZAB 协议
chapter.3 = 故障与分区
chapter.4 = 数据模型与客户端
chapter.5 = 理论对照
chapter.6 = 典型应用
js.home.continue = 继续: {title}
`
