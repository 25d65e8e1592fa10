package text

// aidEN are the English words of narration, settings and the list view. See parse for the form.
const aidEN = `
# What happened to several servers in the same way
say.RoleChanged.many = Nodes {n}: LOOKING → {role}, their leader is {id}
say.RoleChanged.LOOKING.many = Nodes {n} are LOOKING again
say.Crashed.many = Nodes {n} went down
say.Crashed.power.many = Nodes {n} lost power; writes not yet on disk may be lost
say.Paused.many = Nodes {n} are paused; their connections stay open
say.Resumed.many = Nodes {n} run again
say.Booted.empty.many = Nodes {n} started with an empty disk
say.Elected.many = Nodes {n} decide for leader {id}: {why}
say.QuorumReached.many = Nodes {n} see {k vote|votes} for {id} ({set}), a majority
say.VoteChanged.ByServerID.many = Nodes {n} switch to {id}: same epoch, same zxid, larger myid
say.VoteChanged.ByZxid.many = Nodes {n} switch to {id}: same epoch, newer zxid
	({theirs} > {mine})
say.VoteChanged.ByEpoch.many = Nodes {n} switch to {id}: higher epoch ({theirs} > {mine})
say.EpochAccepted.many = Nodes {n} promise epoch {e} and refuse earlier leaders from now on
say.EpochEntered.many = currentEpoch of nodes {n} is {e} now
say.PhaseChanged.many = Nodes {n} enter the {phase} phase ({name})
say.LeaderLost.many = Nodes {n} stop following {p}: {why}
say.SnapTaken.many = Nodes {n} took the leader's snapshot up to {zxid}
say.Truncated.many = Nodes {n} drop what is after {zxid}, up to {last}
say.Logged.many = Nodes {n} wrote {zxid} to their logs, not on disk yet
say.Durable.many = Nodes {n} have everything up to {zxid} on disk
say.Committed.LeaderSaidSo.many = Nodes {n} learn that {zxid} is committed
say.Applied.many = Nodes {n} apply {zxid}: {op}
aid.more = and {k more event|more events}

# What is told as a status
aid.step.passed = Step {step} is done: {n check|checks} passed
aid.step.done = Step {step} is done
aid.step.failed = Step {step} is done: {k} of {n check|checks} failed

# Settings
aid.settings = Settings
aid.more.controls = More
aid.level.text = Simple shows votes, proposals and clients; Standard adds discovery, synchronization
	and sessions; Full adds heartbeats and the disk.
aid.voice = Narration for screen readers
aid.voice.brief = Brief
aid.voice.normal = Normal
aid.voice.detailed = Detailed
aid.theme = Theme
aid.theme.auto = As the system
aid.theme.light = Light
aid.theme.dark = Dark
aid.motion = Motion
aid.motion.auto = As the system
aid.motion.reduced = Reduced: messages are arrows, nothing moves
aid.motion.full = Full
aid.keys = Single-key shortcuts
aid.keys.text = Letters, digits and signs act at once, except while you type. Space, the arrows and
	Esc always work.
aid.reset = Reset
aid.kept = Kept in this browser only.

# The legend
aid.legend.states = Nodes
aid.legend.messages = Messages
aid.legend.cells = Log
aid.legend.links = Links
aid.role.LEADING = Leader: double hexagon
aid.role.FOLLOWING = Follower: rounded
aid.role.OBSERVING = Observer: ellipse
aid.role.LOOKING = Looking: dashed
aid.role.DOWN = Down: dotted, hatched
aid.link.quorum = Leader and learner
aid.link.election = Election mesh
aid.link.cut = Cut both ways
aid.link.oneway = Cut one way
aid.link.slow = Delayed
aid.link.loss = Loses messages
aid.legend.signs = On nodes and clients
aid.sign.ep = Epoch: every new leader begins the next one
aid.sign.zxid = Zxid: transaction 13 of epoch 2
aid.sign.arc = Discovery, synchronization, broadcast: when all three are full, the node serves
aid.sign.waits = It has a leader, or leads, but serves no clients yet
aid.sign.tray = Transaction 13 has 2 of the 3 ACKs that it needs
aid.sign.lease = Around a client: the time that its session has left; being heard of fills it
aid.sign.stale = What this client read last is older than what is committed
aid.legend.tags = Letters on messages
aid.tag.vote = A vote for node 3
aid.tag.info = FOLLOWERINFO, OBSERVERINFO: a learner greets the leader
aid.tag.epoch = LEADERINFO offers epoch 2, ACKEPOCH accepts
aid.tag.diff = DIFF: the 4 missing transactions follow
aid.tag.trunc = TRUNC: cut the log back to transaction 9
aid.tag.snap = A whole snapshot
aid.tag.newleader = NEWLEADER: epoch 2 begins
aid.tag.uptodate = UPTODATE: the learner may serve
aid.tag.proposal = PROPOSAL of transaction 13
aid.tag.ack = ACK: it is on disk
aid.tag.commit = COMMIT: a quorum has it
aid.tag.inform = INFORM: a commit, for observers
aid.tag.request = A write, forwarded to the leader
aid.tag.sync = SYNC: what was committed has arrived
aid.tag.revalidate = REVALIDATE: a session moves here
aid.tag.client = A client connects, closes

# Help
key.level = Level of detail
key.dockside = Side dock wider, narrower
key.dockbottom = Bottom dock higher, lower
aid.status = Cluster status

# Docks
aid.dock.side = Size of the side dock
aid.dock.bottom = Size of the bottom dock
aid.dock.smaller = Smaller
aid.dock.bigger = Bigger
js.sheet.peek = low
js.sheet.half = half the screen
js.sheet.full = the whole screen
key.drop = Drop the selected message
key.redo = Redo
key.menu-all = Actions of the selection, or of the whole cluster
`
