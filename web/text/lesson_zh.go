package text

// lessonZH are the Chinese words of the lesson player and the home page. See parse for the form.
const lessonZH = `
`
