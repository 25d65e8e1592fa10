package text

// embedZH are the Chinese words of embeds, the share dialog and the exported site. See parse for the form.
const embedZH = `
`
