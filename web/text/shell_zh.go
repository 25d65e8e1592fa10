package text

// shellZH are the Chinese words of the console, its form and its completion. See parse for the form.
const shellZH = `
`
