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

# The share dialog
share.title = Share
share.privacy = Everything is inside the link; nothing is uploaded
share.from = Starts from
share.now = this moment
share.start = the initial state
share.link = Link
share.copy = Copy link
share.embed = Embed
share.ui = Shape
share.ui.full = stage, lesson, timeline
share.ui.min = stage, timeline
share.ui.stage = stage only
share.theme = Theme
share.lang = Language
share.height = Height (px)
share.ctl = Load after a click
share.autoplay = Play by itself
share.code = Code of the frame
share.copycode = Copy code
share.try = Try it in a new tab
js.share.length = {n character|characters}
js.share.shorter = Save it as a file instead, or share the initial state
js.share.saved = Saved as {name}. To open it, drop it on this page
js.share.badfile = {name} holds no run that this page can open
share.save = Save as a file
share.open = Open a file…

# The storybook
book.title = Components
book.sets = Sample models
`
