package text

// timeZH are the Chinese words of time: speeds, steps, branches and why something happened. See parse for the form.
const timeZH = `
`
