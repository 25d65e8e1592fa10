package text

// shellEN are the English words of the console, its form and its completion. See parse for the form.
const shellEN = `
`
