package text

// aidEN are the English words of narration, settings and the list view. See parse for the form.
const aidEN = `
`
