package text

// liveEN are the English sentences about real nodes and recorded files. See parse for the form.
const liveEN = `
say.Missed = Some of what node {n} did is missing here
say.Missed.known = Missing here: {k event|events} of node {n}
say.Missed.gone = Node {n} is not heard of any more: its process or its connection is gone
server.missed = events missing
server.lost = not heard of
server.unrecorded = not in this recording
status.unknown = Quorum not known
status.unknown.help = Nothing is known here of {servers}: whether a quorum serves is up to them.
header.native = NATIVE
header.recorded = RECORDED
live.now = Live
live.title = Connect to real nodes
live.where = 1. Where
live.where.text = Paste the link that zabscope ensemble printed. It opens the page of that
	server, which relays what every node does. The token in it stays in this tab and is never
	sent in an address.
live.link = Link with its token
live.open = Open
live.start = Nothing running yet? On your machine:
live.copy = Copy
live.checks = 2. Checks
live.check.reached = Server reached
live.check.admitted = Token and address accepted
live.check.cluster = Cluster and version
live.check.nodes = Nodes heard of
live.rights = 3. Rights
live.right.watch = Watch only
live.right.act = Clients and their requests too
live.right.break = Faults too: servers, links and disks (--allow-faults)
live.mixed = Why must the page come from the server itself?
live.mixed.text = A page from https may not open ws:// to another machine: browsers call it mixed
	content. So the server brings its own page, from the same address as its stream.
live.insecure.text = Without TLS, and not on 127.0.0.1, the browser withholds the clipboard and
	working offline, and whoever is on the way can read along. Use a tunnel: ssh -L
	8080:127.0.0.1:8080 HOST
live.file = Open a recording…
live.leave = Leave, and simulate
live.fault = Do this to real nodes?
live.fault.text = This is no simulation: processes end, links are cut, and clients notice. Asked
	once for this tab.
live.fault.do = Do it
live.fault.not = Do not
js.live.behind = {s} s behind
js.live.following = Live
js.live.simulated = This page simulates. It shows no real nodes.
js.live.connecting = Connecting to the real nodes…
js.live.on = Connected: what you see happens on real nodes.
js.live.recorded = This is a recording: {name}
js.live.lostat = Lost at {t}
js.live.retry = The server is out of reach since {t}. The picture is what was last seen; next try
	in {s} s. Is zabscope ensemble still running?
js.live.4001 = The token is wrong: it belongs to another start of the server. Open the link that
	was printed last.
js.live.4002 = The server does not accept this address of the page. Open the printed link as it
	is.
js.live.4003 = The page and the server are of different versions. Load the page again.
js.live.4004 = Too many pages watch already. Close one and load again.
js.live.4005 = The server did not understand this page. Load the page again.
js.live.none = The page of this address is served without real nodes. Start zabscope ensemble and
	open the link that it prints.
js.live.token = To see the real nodes behind this page, open the link with the token that
	zabscope ensemble printed.
js.live.link = This is no link that zabscope ensemble prints: it ends with #token=…
js.live.mixed = This page came over https and may not reach {host} over http. Open the link in a
	tab of its own.
js.live.insecure = No TLS here: the clipboard and working offline are withheld, and others on the
	way can read along.
js.live.badline = What the server sends cannot be read: {why}
js.live.badfile = {name} is no trace: {why}
js.live.flight = Flight recording {name}
js.live.badflight = {name} cannot be shown: {why}
js.live.bigfile = {name} is too large: up to {mb} MB can be opened
js.live.refused = Not done
live.free = Real nodes
live.free.text = What you see are processes on a machine, as they go. Pause the picture, step
	back, watch it slowly; what you do is done to the processes.
live.record = A recording
live.record.text = This is what was written down of a run. Step through it, go back, watch it at
	any speed.
flight.foreign = it is not a flight recording. One is what zabscope node --record writes. A trace
	ends with .ndjson
flight.newer = a newer zabscope recorded it. Open it in the page of that version, or play it with
	its zabscope run --replay
flight.badhead = it is a flight recording, but its first 64 bytes are damaged. Copy the file again
	from the server
flight.empty = it is a flight recording in which nothing can be read: it is empty, or cut off
	before the first state. Copy the file again from the server
flight.unreadable = it is a flight recording, but what it says is what no server of this version can
	have had. Open it in the page of the zabscope that recorded it
flight.stopped = The replay was stopped; nothing has changed
flight.whose = Flight recording of server {n}.
flight.inputs = Inputs: {n}.
flight.when = When, in UTC: {n}.
flight.agrees = The core went through its inputs again, and its decisions came out the same. Places
	where recorder and replay were compared: {n}.
flight.unmarked = The core went through its inputs again. The recorder had noted nothing yet that
	its decisions could be compared with.
flight.differs = The decisions did not come out the same. Up to input {a} of the server all is as
	recorded; between there and input {b}, in chapter {k}, events, replies or the state are other
	ones. The picture ends there. Open it in the page of the version that recorded it.
flight.unreadable.from = In chapter {k}, after input {b} of the server, comes what no server of this
	version can have had. The picture ends there. Open it in the page of the zabscope that
	recorded it.
flight.gaps = Places where something is missing: {n}. The recorder could not keep up, or the file is
	damaged. Behind each the picture begins anew, with the state that was kept.
flight.lost = The file is damaged. Inputs that cannot be read: {n}. Copy it again from the server.
flight.torn = The end of the file is torn: it was copied while the server wrote, or is cut off. What
	was before is all there.
flight.broken = Then invariant {n} did not hold: that is what the server died of.
flight.ended = It ended: {n}.
flight.ended.stopped = the process was stopped
flight.open = The server did not say that it ended: it still ran, or was killed.
flight.kept = The page keeps the last {n event|events}. Use zabscope run --replay to see all.
live.try.partition = Cut 1 off from 2 and 3
live.try.pause = Stop the process of 2, as a long GC does
live.try.resume = Let every process go on
live.sampled = Node {n} does more than can be shown: {k} of {of transaction|transactions} are drawn
live.lost = The connection broke before the answer came: it may have happened, or not
live.cannot.recorded = This is a recording: it can be looked at, not changed
live.cannot.sim = Only a simulation can do this; these are real nodes. Open the playground without
	the link's token to try it
live.cannot.act = This link may only watch. The other link that was printed may act
live.cannot.break = Faults are not allowed here. Start zabscope ensemble with --allow-faults
`
