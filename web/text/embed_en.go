package text

// embedEN are the English words of embeds, the share dialog and the exported site. See parse for
// the form.
const embedEN = `
# Frames in other pages
embed.start = Start
embed.open = Open in a new tab
embed.sandbox = This frame is sandboxed without allow-same-origin: the browser lets no simulator
	start in it.
embed.broken = The scripts of this frame did not load.
js.embed.bad = {name}={value} cannot be used: it takes {takes}. Used instead: {used}
js.embed.own = the usual
js.embed.numbers = numbers from {from} to {to}
`
