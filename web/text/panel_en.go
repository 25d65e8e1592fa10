package text

// panelEN are the English words of the panels of data, sessions, watches and metrics. See parse for
// the form.
const panelEN = `
say.Snapshotted = Node {n} begins to save a snapshot of its state at {zxid}
`
