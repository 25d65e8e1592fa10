package text

// pageEN are the English words of the page itself: labels, buttons, tables. See parse for the form.
const pageEN = `
# The page
app.subtitle = A ZooKeeper ensemble you can see
nav.play = Play
nav.scenarios = Lessons
skip.stage = Skip to the stage
skip.list = Skip to the list view
header.share = Share
header.language = Language
header.theme = Light or dark
header.help = Help and keys
header.offline = Works offline

# The stage and its tools
stage.label = Cluster stage
side.label = Lesson and inspection
bottom.label = Console and events
dock.fold = Fold or unfold the panel
side.all = All panels
tab.lesson = Lesson
tab.inspector = Inspector
tab.votes = Votes
tab.console = Console
tab.events = Events
toolbar.label = Tools
tool.select = Select
tool.cut = Cut: click a link
tool.delay = Delay: click a link
tool.kill = Kill / restart: click a node
tool.client = New client: click a node
tool.list = List view

# Legend
legend.title = Legend
family.election = NOTIFICATION (votes)
family.discovery = Discovery: FOLLOWERINFO LEADERINFO…
family.sync = Sync: DIFF TRUNC SNAP
family.proposal = PROPOSAL
family.ack = ACK
family.commit = COMMIT / INFORM
family.client = Client requests and replies
family.heartbeat = PING (heartbeat)
cell.received = received, not on disk
cell.persisted = on disk, acknowledged
cell.committed = committed
cell.truncated = cut off

# Words for roles and phases
role.looking = Looking
role.following = Follower
role.leading = Leader
role.observing = Observer
role.down = Down
phase.election = election
phase.discovery = discovery
phase.synchronization = synchronization
phase.broadcast = broadcast

# What a screen reader says
server.title = Node {n}
server.spoken = Node {n}, {role}, {phase} phase, epoch {epoch}, last logged {last}, committed
	{committed}
client.title = Client {c}
client.left = session: {t} left
client.left.unless = , unless it reaches a server before
client.over = session is over
client.expired = expired
client.closed = closed
client.unplugged = unplugged
client.spoken = Client {c}, {state}, {at}
client.nowhere = not connected to any node
link.spoken = Link {a} – {b}
link.cut.both = cut both ways
link.cut.ab = cut from {a} to {b}
link.cut.ba = cut from {b} to {a}
link.delay = delay {d}
link.loss = loss {p}
link.healthy = healthy
link.iscut = cut

# Islands
island.tag = Island {name} · {servers} · {count} · {quorum}
island.tag.short = {name} · {count} · {quorum}
island.node = node {servers}
island.nodes = nodes {servers}
count.all = {k}/{n}
count.voters = {k}/{n} voters
island.led = node {n} leads ✓
island.quorum = can elect a leader ✓
island.noquorum = no quorum
oldleader.short = Old leader, not yet aware
server.waits = Not serving clients yet
server.waits.short = Not serving
server.barred = Cannot reach leader {id}

# The status bar
status.ok = Serving {up}/{n}
status.ok.observers = Serving {up}/{n} voters, {o}/{all} observers
status.ok.help = {up} of {n voter|voters} are in touch with leader {l}: they answer reads and pass
	writes on to it.
status.stale = Still answers reads, perhaps stale: {servers}
status.stale.help = Cut off from a leader that can commit, and not aware of it yet: until its own
	timeout (syncLimit × tickTime) such a node answers reads from what it has. It can write nothing.
status.sessions = · {k session|sessions}
status.clients.help = Clients that are connected. A session goes on for its whole timeout after its
	client was heard of last, so there may be more of them: the tab Sessions says how each stands.
status.electing = Electing, round {round}
status.syncing = Leader elected, synchronizing
status.unaware = Writes stall: leader out of reach
status.unaware.help = The leader does not reach a quorum any more, and the others have not noticed
	yet: they wait for its next word until syncLimit × tickTime is over.
status.noquorum = No quorum {count}: no writes
status.down = No node is running
status.leader = Leader
status.leader.electing = electing…
status.leader.soon = {n}, not yet
status.leader.none = none
status.committed = Committed
status.clients = Clients
status.violated = Invariant broken: {name}
fault.partition = Network in {n island|islands}
fault.links = Unhealthy links: {n}
fault.links.way = Unhealthy links: 1, one way
fault.links.ways = Unhealthy links: {n}, {k} of them one way
fault.unplugged = Unplugged: {clients}
fault.down = Down: {servers}
fault.paused = Paused: {servers}
fault.slow = Slow disk: {servers}

# Time
transport.label = Transport
transport.play = Play
transport.pause = Pause
transport.step = Step
transport.back = Step back
transport.start = To the start
transport.end = To the latest
transport.scrub = Timeline (← → move 100 ms)
speed.short = Speed

# The ballot box
votes.of = The ballot box of node
votes.mine = Votes for
votes.round.long = Round of voting
votes.for.node = node {id}
votes.history = node {id}, whose history ends at {zxid}, epoch {epoch}
votes.nobody = nobody
votes.leads = node {id}, which leads in epoch {epoch}
votes.taken = the round in which node {id} was elected; this node had asked in round {asked}
votes.serves = That was the vote. Node {id} leads in epoch {epoch} now, so who looks for a leader is
	told {vote}.
votes.down = Node {n} is down. This is the last election that it took part in.
votes.table = Votes of round {n}
votes.table.joined = What it heard in round {n} before that
votes.dropped = Votes heard, but not counted
votes.voter = Voter
votes.for = For
votes.note = Outcome
votes.tally = A candidate needs {need vote|votes}, more than half of the voters. The stroke
	marks them.
votes.count = {k vote|votes}, {need} needed
votes.from = from {from}
votes.role = Its state then
votes.state.LOOKING = still looking
votes.state.FOLLOWING = follows it
votes.state.LEADING = leads
votes.state.OBSERVING = observes
votes.key = A vote is written (leader, zxid, epoch): whom it is for, and how far that
	candidate's history goes. First the larger epoch wins, then the larger zxid, then the larger
	myid.
votes.elsewhere = Answers from servers that have a leader already
votes.elsewhere.text = Here epoch is the one in which that leader leads, and zxid how far its
	history went when it was elected.
votes.empty = No vote heard yet. Restart or isolate the leader to start an election.
votes.joined = Joins node {id}: {k} of {n voter|voters} say that they have it as their leader
	already,
	and node {id} says so itself. That settles it, whatever votes it heard.
votes.decided = Decided: node {id} is to lead
votes.waiting = {k} of {n vote|votes} is a majority; waiting 200 ms for a better one
votes.open = Collecting votes
votes.barred = Node {n} hears of leader {id} from {from}, but cannot reach node {id} itself: the
	link is cut. It joins only a leader whose own word it has, so it keeps looking.
votes.none = No election on this node
votes.note.own = own vote
votes.note.switched = switched to {id}
votes.note.same = agrees ✓
votes.note.haveleader = its leader since round {n}
votes.note.leads = leads since round {n}
votes.note.other = another vote
votes.dropped.WorseVote = no better one; came while it waited for better ones (of round {n})
votes.dropped.OlderRound = of the older round {n}
votes.dropped.NotVoter = has no vote (of round {n})
votes.dropped.BadMessage = numbers that no server sends (of round {n})

# The comparison of two votes
duel.title = Why node {n} votes as it does in round {round}: one vote against another
duel.heard = Node {n} votes for
duel.mine = Node {n} itself voted for
duel.tied = tie
duel.decided = decides
duel.skipped = not compared
duel.won = Node {of} switches to node {id} and tells everybody
duel.alike = Node {n} in round {round}: the same vote came again
duel.same = Node {n} votes for node {id} too: {vote} is the same vote as that of node {of}. There is
	nothing to compare; node {of} counts one vote more for node {id}.
duel.kept = Node {of} keeps its vote for node {id}
duel.ByRound = Node {n} is in round {theirs}, later than round {mine} of node {of}: node {of} goes
	there and starts again from its own vote. No votes were compared.
duel.OlderRound = Node {n} is in round {theirs}, older than round {mine} of node {of}: its vote is
	ignored, and it is told so. No votes were compared.

# The inspector
inspect.empty = Click a node, link, message or client on the stage to see its details here.
inspect.identity = Identity
inspect.election = Election
inspect.storage = Storage
inspect.learners = Learners
inspect.voter = voter
inspect.observer = observer (no vote)
inspect.kind = Type
inspect.state = State
inspect.sessions = Sessions
inspect.phase = Phase
inspect.logged = Last logged
inspect.durable = On disk
inspect.committed = Committed
inspect.applied = Applied
inspect.outstanding = Outstanding
inspect.notdurable = still {e} on disk
inspect.transactions = Transactions
inspect.snapshot = Snapshot
inspect.digest = Digest
inspect.fsync = Each fsync
inspect.delay = Delay
inspect.loss = Loss
inspect.server = Node
inspect.session = Session
inspect.seen = Newest zxid seen
inspect.ops = Last operations
inspect.sent = Sent
inspect.arrives = Arrives
inspect.cause = Event
inspect.journey = Journey
inspect.fields = Fields
bytes.head = Bytes
bytes.client = {n byte|bytes} in ZooKeeper's client protocol, the length in front included
bytes.peer = {n byte|bytes} in our own format between servers
bytes.at = Offset
bytes.name = Field
bytes.hex = Bytes
bytes.value = Value
bytes.more = {n more field is|more fields are} left out

# The list view
list.caption = All nodes
list.server = Node
list.state = State
list.phase = Phase
list.logged = Last logged
list.committed = Committed
list.island = Island
list.sessions = Sessions
list.actions = Actions

# The event log
events.empty = No events yet. Press play, or . for one step.
events.time = Time
events.who = Who
events.what = What happened
events.kind = Code
events.world = world
events.seek = Go to this moment
events.filter = Filter
events.search = Search
events.all = All but heartbeats
group.world = World and faults
group.message = Messages
group.election = Election
group.zab = ZAB
group.state = Sessions and watches
group.client = Clients
group.check = Invariants

# The console
console.empty = zkCli lines go to a client; lines with a colon change the world. Try:
console.placeholder = Type a command, e.g. create -e /x 1 (Tab completes)
console.send = Send

# Free play
free.title = Free play
free.text = {n} ZooKeeper servers run inside this tab. Play, step, go back; drag a node away to
	cut it off; click anything to see its state.
numeral.1 = One
numeral.2 = Two
numeral.3 = Three
numeral.4 = Four
numeral.5 = Five
numeral.6 = Six
numeral.7 = Seven
numeral.8 = Eight
numeral.9 = Nine
free.try = Things to try
try.kill = Kill the leader and see who takes over
try.partition = Cut 1 and 2 off from the rest
try.heal = Heal every link
try.app = Client A creates a znode
try.set = Client A changes it: its version rises
try.get = Client B reads it
try.ephemeral = An ephemeral znode: it goes when A's session ends
try.create = Client A writes a sequential znode
try.expire = End the session of client A, and with it its ephemerals
try.start = Start every node that is down
try.chaos = Random faults for 20 s, then all heals

# Help
help.title = Help
help.text = Click or long-press anything to act on it; every action prints its command in the
	console.
help.keys = Keys
key.play = Play / pause
key.step = Step / step back
key.delivery = One message
key.round = One round
key.select = Select a node
key.walk = Move between nodes
key.menu = Actions of the node
key.escape = Close, deselect
key.kill = Kill
key.restart = Restart
key.pause = Pause the process
key.isolate = Isolate
key.heal = Heal all
key.client = New client
key.write = Write once
key.list = List / picture
key.console = Console
key.speed = Slower, faster, default
key.theme = Switch theme
key.undo = Undo
key.help = Show this help
dialog.close = Close

# Sharing, links from others, the crash card
open.title = Open a shared run?
open.text = This link replays the commands below:
open.run = Replay
open.refuse = No, start fresh
crash.title = The simulator stopped
crash.text = This is our bug. The command log is safe and can be replayed.
crash.restart = Restore and continue
crash.copy = Copy diagnostics
crash.link = Link that reproduces it

# Loading
load.label = Loading
load.noscript = This is a still picture. Playing needs JavaScript.

# What scripts say themselves
js.fork = Forked at {t}: this is branch {n}, what lay ahead is kept
js.undo = Undo
js.copied = Copied
js.copy.failed = Could not copy; select it by hand
js.copy.insecure = Browsers copy only from https or this machine; select it by hand
js.load.download = Loading the simulator {done}/{total}
js.load.compile = Compiling
js.load.boot = Starting {n node|nodes}
js.load.slow = The network is slow; the still picture is below
js.load.failed = Could not load. Retry, or read the still version
js.load.nowasm = This browser cannot run WebAssembly; this is a still picture
js.load.noworker = This page may not start a Worker; this is a still picture. Open it in a new tab
js.load.csp = This page's security policy forbids WebAssembly; this is a still picture.
	Open it in a new tab
js.load.memory = Not enough memory; this is a still picture
js.link.new = This link comes from a newer version (s={s})
js.link.bad = This link is damaged
js.link.long = The run is too long for a link ({n byte|bytes})
js.hang = The simulator does not answer any more
js.drop.isolate = Drop to isolate: {n}
js.drop.join = Drop to join this island: {n}
js.selected = {name} selected
js.theme = Theme: {name}
js.theme.auto = as the system
js.theme.light = light
js.theme.dark = dark

# Pages of the server
site.404.title = There is nothing at this address
site.404.text = The link may be mistyped, or the lesson may have another name now.
site.405.title = This site only answers questions
site.405.text = It takes GET and HEAD requests; nothing on it can be changed from outside.
site.421.title = This server does not go by that name
site.421.text = Open it under the address that it printed when it started. To use another name,
	start it with --host NAME.
site.home = To the playground
site.choose.title = A ZooKeeper ensemble you can see
site.choose.text = Start, break and rewind five servers in your browser.
site.choose.go = Open in English
`
