package text

// panelZH are the Chinese words of the panels of data, sessions, watches and metrics. See parse for
// the form.
const panelZH = `
say.Snapshotted = 节点 {n} 开始保存到 {zxid} 为止的状态快照
`
