package text

// lessonEN are the English words of the lesson player and the home page. See parse for the form.
const lessonEN = `
`
