package text

// timeEN are the English words of time: speeds, steps, branches and why something happened. See parse for the form.
const timeEN = `
`
