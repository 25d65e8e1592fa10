package text

// spacetimeEN are the English words of the space-time diagram. See parse for the form.
const spacetimeEN = `
tab.spacetime = Space-time
space.tools = Window of time
space.earlier = Earlier
space.later = Later
space.closer = Closer
space.further = Further
space.follow = Now
space.follow.title = Keep the moment shown in sight
space.pings = PING
space.pings.title = Draw heartbeats too
space.list = As a list
space.svg = SVG
space.svg.title = Save the window as SVG
space.png = PNG
space.png.title = Save the window as a picture
space.mermaid = Mermaid
space.mermaid.title = Save the window as a Mermaid sequence diagram
space.picture = Space-time diagram
space.help = A click goes to that moment, dragging chooses a window. Arrow keys: in the picture they
	go through time, on an arrow from message to message. Enter goes to where it was sent. Page Up
	and Page Down: earlier, later. Plus and minus: closer, further.
space.key = Thick: LEADING · dashed: LOOKING · gap: down · shaded: cut off from the majority · line
	across: commit · ✕: lost
space.sent = Sent
space.from = From
space.to = To
space.message = Message
space.outcome = Arrives
js.space.server = node {id}
js.space.client = client {id}
js.space.arrived = {what} from {from} to {to}: sent at {t}, arrives {hop} later
js.space.lost = {what} from {from} to {to}: sent at {t}, lost
js.space.held = {what} from {from} to {to}: sent at {t}, held on the way
js.space.flying = {what} from {from} to {to}: sent at {t}
js.space.label = From {from} to {to}: {lanes life line|life lines}, {n message|messages},
	{lost} lost, {commits commit|commits}. Shown is {now}.
js.space.span = {from}–{to} · {n message|messages}
js.space.every = {from}–{to} · one in {k} of {n message|messages}; come closer for all
js.space.busy = Reading the trace…
js.space.gone = Earlier events are no longer kept.
js.space.row.lost = ✕ lost
js.space.row.held = held
js.space.drawn = one in {k message|messages}
js.space.commit = commit {zxid}
`
