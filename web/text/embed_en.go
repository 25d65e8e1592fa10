package text

// embedEN are the English words of embeds, the share dialog and the exported site. See parse for the form.
const embedEN = `
`
