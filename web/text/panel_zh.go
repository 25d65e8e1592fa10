package text

// panelZH are the Chinese words of the panels of data, sessions, watches and metrics. See parse for the form.
const panelZH = `
`
