package text

// actZH are the Chinese words of acting on the stage: tools, forecasts and verdicts. See parse for
// the form.
const actZH = `
# Gestures
servers.title = 节点 {servers}
`
