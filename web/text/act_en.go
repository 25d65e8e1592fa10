package text

// actEN are the English words of acting on the stage: tools, forecasts and verdicts. See parse for
// the form.
const actEN = `
# Gestures
servers.title = Nodes {servers}
`
