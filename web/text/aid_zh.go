package text

// aidZH are the Chinese words of narration, settings and the list view. See parse for the form.
const aidZH = `
`
