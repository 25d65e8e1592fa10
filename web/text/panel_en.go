package text

// panelEN are the English words of the panels of data, sessions, watches and metrics. See parse for the form.
const panelEN = `
`
