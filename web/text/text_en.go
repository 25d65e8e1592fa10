package text

// en is the English catalogue, in the form that parse reads. Its keys and placeholders are those of
// the Chinese one.
const en = `
# The page and its landmarks
app.title = zabscope
nav.learn = Learn
nav.docs = Docs
header.connect = Connect
tab.tree = Data
tab.sessions = Sessions
tab.metrics = Metrics

# Time
transport.skip = Skipping idle
speed.label = Speed: {n} simulated ms per second
fork.toast = Forked at {t}; the old timeline is kept as branch {n}
lane.state = States and leaders
lane.fault = Faults
lane.data = Commits and errors
detail.label = Detail
detail.simple = Simple
detail.standard = Standard
detail.full = Full
oldleader = Old leader, has not noticed it lost its majority

# The status bar
status.faults = Faults

# Data tree, sessions, watches
tree.empty = The tree is empty. Try: create /hello world
tree.stale = Stale read: {n transaction|transactions} behind
tree.differing = Only differing
watch.fired = Watch fired (one-shot); set it again
watch.lost = Watch gone with its connection
watch.empty = No watches. Try: get -w /hello
session.expired = Session expired; its ephemerals are gone
session.empty = No sessions. Attach a client to open one.

# The event log
events.explain = Why

# Lessons and free play
lesson.evidence = Show me
lesson.free = Keep playing from here

# Sharing, links from others, crash card
share.done = Copied
share.long = The link is too long; use a file instead
link.newer = This link comes from a newer version (s={s})
link.reset = Start afresh

# Loading and errors of the page
load.wasm = Loading the simulator {done}/{total}
load.fail = Could not load. Retry, or read the still version

# Parts of sentences
part.server = node {n}
part.client = client {c}
list.two = {a}, {b}
why.ByEpoch = higher epoch
why.ByZxid = newer zxid
why.ByServerID = larger myid
why.SameVote = the votes are equal
why.ByRound = the sender is in a later round
why.OlderRound = the sender is in an older round
why.NotVoter = the voter or the candidate has no vote
why.WorseVote = it does not beat its own vote
why.NotLooking = it is not looking
why.EveryLinkedAgrees = every voter it can reach agrees
why.FinalizeWaited = no better vote came while it waited
why.ExistingLeader = a majority says so, the leader among it
why.Restarted = it has just started
why.LostLeader = the leader is gone or silent
why.LostQuorum = it lost its majority
why.EpochTimeout = no majority of FOLLOWERINFO or ACKEPOCH came in time
why.SyncTimeout = no majority acknowledged NEWLEADER in time
why.ConnectFailed = it could not reach the elected leader
why.FresherLearner = a learner has a fresher history than the leader
why.OldEpoch = the message is from an epoch that is over
why.PromisedEpoch = this epoch was promised before
why.CounterRollover = the zxid counter is used up; the epoch must change
why.SameHistory = both have the same history
why.InWindow = all it lacks is still in the leader's memory window
why.AheadOfLeader = it has transactions that the leader never had
why.BehindWindow = it is too far behind the leader's memory window
why.BelowFloor = the cut lies below what it can go back to
why.DamagedLog = its log is damaged
why.QuorumAcked = a majority has it on disk
why.LeaderSaidSo = COMMIT arrived
why.InitialHistory = it is part of the history that the new leader brought
why.WrongOrder = such a message cannot come now
why.BadMessage = its fields make no sense
why.ProposalOutOfOrder = the proposal does not follow the last one
why.CommitOutOfOrder = the commit is not for the next pending proposal
why.SessionTimeout = nothing was heard within its timeout
why.ClosedByClient = the client closed it
why.Cut = the link is cut
why.Loss = lost by chance
why.Dropped = dropped on request
why.LinkBroken = there is no open connection
why.SnapForced = the leader sends a snapshot to everybody (forceSnapshotSync)
why.ReceiverDown = nobody is running there

# The world's hand
say.Crashed = Node {n} went down
say.Crashed.power = Node {n} lost power; writes not yet on disk may be lost
say.Crashed.fsync = Node {n} ended itself: an fsync failed
say.Paused = Node {n} is paused; its connections stay open
say.Paused.client = Client {c} is paused
say.Resumed = Node {n} runs again
say.Resumed.client = Client {c} runs again
say.Wiped = The disk of node {n} was wiped
say.Wiped.snapshots = The snapshots of node {n} are lost
say.Wiped.record = A record in the middle of the log of node {n} is lost
say.Wiped.newest = The newest snapshot of node {n} is lost
say.Wiped.logbit = A bit in the log of node {n} is wrong
say.Wiped.snapbit = A bit in the newest snapshot of node {n} is wrong
say.Cut = The link {a} → {b} was cut
say.Mended = The link {a} → {b} is healthy again
say.Delayed = The link {a} → {b} is {d} slower
say.Delayed.off = The link {a} → {b} has no extra delay any more
say.Lossy = The link {a} → {b} loses {p} of its messages
say.Lossy.off = The link {a} → {b} loses nothing any more
say.Limited = The link {a} → {b} carries {k byte|bytes} a second at most
say.Limited.off = The link {a} → {b} carries any number of bytes again
say.DiskSlowed = The disk of node {n} is slow: each fsync takes {d}
say.DiskSlowed.off = The disk of node {n} is normal again
say.Skewed = The wall clock of node {n} is {d} off
say.Skewed.off = The wall clock of node {n} is right again
say.Drifted = The clock of node {n} runs at {p} of its speed
say.Drifted.off = The clock of node {n} runs at its speed again
say.Noted = Ran {line}

# Messages
say.Sent = {a} sends {msg} to {b}
say.Sent.vote = {a} tells {b} that it votes for {id} (round {round}, {role})
say.Arrived = {b} receives {msg} from {a}
say.Arrived.vote = {b} hears that {a} votes for {id} (round {round}, {role})
say.Dropped = {msg} from {a} to {b} is lost: {why}
say.Held = {msg} from {a} to {b} is held on the way
say.Released = {msg} from {a} to {b} goes on
say.LinkUp = Node {n} has an election connection to {p}
say.LinkUp.quorum = Node {n} has a quorum connection to {p}
say.LinkDown = Node {n} lost its election connection to {p}
say.LinkDown.quorum = Node {n} lost its quorum connection to {p}
say.Refused = Node {n} refused {type} from {p} and closed the connection: {why}
say.Refused.client = Node {n} refused a client's request and closed the connection: {why}

# Election
say.Booted = Node {n} started: epoch {e} and a log up to {zxid} on disk
say.Booted.empty = Node {n} started with an empty disk
say.RoundStarted = Node {n} enters round {round} and votes for itself ({id}, {zxid})
say.RoundStarted.ByRound = Node {n} heard of a later round: it enters round {round} and starts
	from its own vote
say.RoundStarted.novote = Node {n} asks who leads (it has no vote)
say.VoteChanged.ByEpoch = Node {n} switches to {id}: higher epoch ({theirs} > {mine})
say.VoteChanged.ByZxid = Node {n} switches to {id}: same epoch, newer zxid ({theirs} > {mine})
say.VoteChanged.ByServerID = Node {n} switches to {id}: same epoch, same zxid, larger myid
say.VoteChanged.asked = Node {n} takes {id}: it has no vote of its own to compare
say.VoteChanged.wrong = Node {n} switches to {id}, a worse vote by the rule: the mistake (quirk)
	that was switched on
say.VoteCounted.SameVote = Node {n} counts {p}'s vote for {id}: it agrees
say.VoteCounted.WorseVote = Node {n} counts {p}'s vote for {id}: it does not beat its own
say.VoteIgnored = Node {n} ignores {p}'s vote: {why}
say.VoteIgnored.OlderRound = Node {n} ignores {p}'s vote, which is of the older round {round}, and
	tells it so
say.LeaderHeard = Node {n} hears that {p} is {role} and its leader is {id}
say.LeaderHeard.self = Node {n} hears from {id} that it leads
say.QuorumReached = Node {n} sees {k vote|votes} for {id} ({set}), a majority
say.Elected = Node {n} decides for leader {id}: {why}
say.Elected.self = Node {n} is elected leader: {why}
say.RoleChanged = Node {n}: LOOKING → {role}, its leader is {id}
say.RoleChanged.LEADING = Node {n}: LOOKING → LEADING
say.RoleChanged.LOOKING = Node {n} is LOOKING again

# ZAB
say.EpochProposed = Leader {n} proposes epoch {e}, above all that nodes {set} have accepted
say.EpochAccepted = Node {n} promises epoch {e} and refuses earlier leaders from now on
say.EpochEntered = currentEpoch of node {n} is {e} now
say.PhaseChanged = Node {n} enters the {phase} phase ({name})
say.SyncChosen.DIFF = Node {p} catches up {k txn|txns} (DIFF): {why}
say.SyncChosen.none = Node {p} lacks nothing (empty DIFF): {why}
say.SyncChosen.TRUNC = Node {p} must cut back to {zxid} (TRUNC): {why}
say.SyncChosen.SNAP = Node {p} must take a full snapshot (SNAP): {why}
say.Truncated = Node {n} drops what is after {zxid}, up to {last}
say.Truncated.all = Node {n} drops its whole log, up to {last}
say.SnapTaken = Node {n} took the leader's snapshot up to {zxid}
say.Logged = Node {n} wrote {zxid} to its log, not on disk yet
say.Durable = Node {n} has everything up to {zxid} on disk
say.Durable.epoch = Node {n} has its epochs on disk
say.Proposed = Leader proposes {zxid}: {op}
say.Acked = Node {p}'s ACK reaches the leader: {zxid} has {k}
say.Acked.self = Leader {n} has {zxid} on its own disk, which counts as an ACK: {k} now
say.Committed.QuorumAcked = {zxid} has {k ACK|ACKs}, a majority: committed
say.Committed.LeaderSaidSo = Node {n} learns that {zxid} is committed
say.Committed.InitialHistory = The history that leader {n} brought is committed, up to {zxid}
say.Applied = Node {n} applies {zxid}: {op}
say.Applied.error = Node {n} applies {zxid}: the request failed ({err}), nothing changes
say.LearnerSynced = Node {p} has caught up with leader {n}: {k confirmation|confirmations}
say.LearnerSynced.self = Leader {n} itself is in the new epoch, which counts as a confirmation:
	{k} now
say.Established = Leader {n} has a majority behind it and serves in epoch {e}
say.LeaderLost = Node {n} stops following {p}: {why}
say.LeaderLost.self = Node {n} stops leading: {why}
say.LeaderLost.LostQuorum = Node {n} lost its majority and stops leading

# State
say.SessionOpened = Node {n} has session {sess} in its table, timeout {t}
say.SessionMoved = Session {sess} moved to node {p}
say.SessionLeft = Session {sess} is no longer connected to node {n}
say.SessionLeft.watches = Session {sess} is no longer connected to node {n}; its
	{k watch|watches} there are gone
say.SessionClosed = Node {n} closed session {sess}
say.SessionClosed.ephemerals = Node {n} closed session {sess} and deleted its
	{k ephemeral|ephemerals}
say.SessionExpired = Leader {n} lets session {sess} expire: {why}
say.WatchSet.data = Session {sess} watches the data of {path} on node {n} (one-shot)
say.WatchSet.exists = Session {sess} watches for the creation of {path} on node {n} (one-shot)
say.WatchSet.children = Session {sess} watches the children of {path} on node {n} (one-shot)
say.WatchSet.persistent = Session {sess} watches {path} and its children on node {n} for good
say.WatchSet.recursive = Session {sess} watches {path} and all below it on node {n} for good
say.WatchRemoved = Session {sess} takes back its watch on {path} at node {n}
say.WentReadOnly = Node {n} found no leader and serves reads alone now, of what its log says
say.WatchFired = The watch on {path} fired: {event}, told to session {sess}

# Clients
say.ClientState.0 = Client {c} is disconnected
say.ClientState.1 = Client {c} is connecting to node {p}
say.ClientState.2 = Client {c} is connected to node {p}
say.ClientState.3 = The session of client {c} expired; its ephemerals are gone
say.ClientState.4 = Client {c} closed its session
say.Invoked = Client {c} starts operation {k}: {line}
say.Returned = Operation {k} of client {c} succeeded
say.Returned.error = Operation {k} of client {c} returned {err}: {why}
say.EventSeen = Client {c} sees watch event {event}: {path}

# Checks
say.Violated = Invariant broken: {name}

# Why it happened
explain.vote.kept = In round {round} node {n} kept its own vote: it heard none that was better.
explain.vote.ByEpoch = In round {round} node {n} switched to {id}, because its epoch is higher
	({theirs} > {mine}), and epochs are compared first.
explain.vote.ByZxid = In round {round} node {n} switched to {id}: the epochs are equal, and the
	zxid of {id} is newer ({theirs} > {mine}).
explain.vote.ByServerID = In round {round} node {n} switched to {id}: epoch and zxid are equal, so
	myid decided, {id} > {mine}.
explain.vote.asked = Node {n} has no vote; it only asked who leads.
explain.vote.led = Node {n} asked nodes that have a leader already, and they named {id}.
explain.vote.wrong = Node {n} switched to {id} although its vote is worse by the rule: the mistake
	(quirk) that was switched on.
explain.quorum = Nodes {set} voted for {id}: {k vote|votes}, a majority.
explain.elected = So {id} was chosen: {why}.
explain.proposed = {zxid} was proposed by the leader: {op}.
explain.acked = Nodes {set} have it on disk and sent their ACKs: {k}, a majority.
explain.committed = So it is committed, and every later leader will have it.
explain.told = The leader had a majority of ACKs and sent COMMIT, which told node {n}.
explain.first = It began here: {story}.
explain.then = Then: {story}.
explain.so = So: {story}.
explain.none = There is no earlier cause: it is an act from outside, or the recording begins here.

# What an outcome means to the client
err.ok = success
err.SystemError = the server failed
err.RuntimeInconsistency = the server found its own state inconsistent
err.DataInconsistency = the data are inconsistent
err.ConnectionLoss = connection lost before an answer came; a write may or may not have happened
err.MarshallingError = the request or the answer could not be read
err.Unimplemented = the server does not know this operation
err.OperationTimeout = the operation took too long; whether it happened is unknown
err.BadArguments = an argument is not valid
err.UnknownSession = there is no such session
err.APIError = the request is wrong
err.NoNode = the znode does not exist
err.NoAuth = the ACL does not allow it
err.BadVersion = the version does not match: someone changed it meanwhile
err.NoChildrenForEphemerals = an ephemeral znode cannot have children
err.NodeExists = the znode exists already
err.NotEmpty = the znode has children and cannot be deleted
err.SessionExpired = the session expired; its ephemerals are gone
err.InvalidCallback = the callback is not valid
err.InvalidACL = the ACL is not valid
err.AuthFailed = authentication failed
err.SessionMoved = the session moved to another server
err.NotReadOnly = the server is read-only
err.EphemeralOnLocalSession = a local session cannot make ephemerals
err.NoWatcher = there is no such watch
err.RequestTimeout = the request took too long
err.ReconfigDisabled = reconfiguration is switched off
err.QuotaExceeded = the quota is used up
err.ThrottledOp = the server is too busy and put the request off

# Help for world lines, by verb
verb.start = Boots servers from their disks
verb.kill = Ends the process; what the system was given still reaches the disk
verb.power = Cuts the power: writes that were not synced are lost, or all but the first ones
verb.pause = Stops a process or client without closing it, like a long GC
verb.resume = Lets a paused process or client run on
verb.wipe = Empties the disk, takes its snapshots, the newest of them or a record of its log,
	or turns a bit; a running server loses power first
verb.faildisk = Lets the next fsync fail, which ends the process; :slowdisk 3 0s takes it back
verb.slowdisk = Makes each fsync take so long; 0s is normal again
verb.skew = Sets the wall clock forward or back
verb.drift = Lets the clock run faster or slower, and all timers with it; +0% ends it
verb.quirk = Switches a known mistake on; none switches all off
verb.readonly = Lets servers without a leader serve reads to clients that take that; off ends it
verb.chaos = Random faults that a correct ensemble survives, then heals all
verb.crash-at = Stops a server when it next emits an event of this kind
verb.partition = Lets nothing pass between the groups
verb.move = Lets a client leave its server for another one, with its session; with a time,
	the old server hears of it so much later
verb.heal = Mends all links, or some
verb.cut = Lets nothing pass this way (1>4) or both ways (1<>4)
verb.delay = Makes messages in this direction take so much longer
verb.loss = Loses so many of the messages in this direction
verb.bandwidth = Lets at most so many bytes a second pass; 0 ends it
verb.reset = Ends the connections between nodes at both ends at once; what is under way is lost
verb.drop = Loses the next messages of a type, or one on its way; on a quorum link
	the rest goes with it
verb.hold = Keeps messages of a type, or one of them, on the way until :release
verb.release = Sends held messages on
verb.duplicate = Delivers the next election messages twice
verb.client = Makes a client; B@2! never leaves node 2
verb.unplug = Pulls a client's cable; :heal B plugs it in
verb.expire = Unplugs a client until its session has expired
verb.wait = Lets time pass
verb.until = Lets time pass until the check holds, 120 s at most
verb.step = Lets the next events happen
verb.fire = Lets what is first on a way happen now, whenever it is due
verb.fork = Goes on in a new branch, from here or from where a step began
verb.undo = Goes back to before the last line
verb.next = Runs the next step of the scenario
verb.load = Loads a scenario
verb.seed = Starts again with another seed
verb.speed = Sets how fast time passes on the page
verb.help = Lists these lines

# Help for client lines, by command
cli.addWatch = Sets a watch that stays; -m PERSISTENT for the znode alone
cli.addauth = Says who you are, as in addauth digest bob:secret
cli.config = The ensemble's configuration; -c where clients connect
cli.connect = Goes to another server with the session, as in connect node3
cli.delquota = Takes back a quota, or the limit that is named
cli.getAllChildrenNumber = Counts everything below a znode
cli.getEphemerals = Lists this session's ephemeral znodes
cli.history = The last lines, with their numbers
cli.listquota = The quota of a path and what is used of it
cli.printwatches = Whether watch events are printed
cli.reconfig = Changes the ensemble; disabled here
cli.redo = Gives a line of the history again
cli.removewatches = Removes watches; -d data, -c children, -a all
cli.setquota = Limits a path: -n znodes, -b bytes; -N and -B refuse what is beyond
cli.version = The version of this shell
cli.whoami = Who the server takes you for
cli.close = Closes the session
cli.quit = Closes the session
cli.create = Makes a znode; -e ephemeral, -s with a sequence number
cli.delete = Deletes a znode without children; -v only at this version
cli.deleteall = Deletes a znode with everything below it
cli.get = Reads the data; -s with the stat, -w sets a watch
cli.getAcl = Reads the ACL; -s with the stat
cli.help = Lists these commands
cli.ls = Lists the children; -w sets a watch, -R goes down
cli.multi = Several operations, all or none
cli.set = Writes the data; -v only at this version
cli.setAcl = Sets the ACL; -v only at this version
cli.stat = Reads the stat; -w sets a watch
cli.sync = Brings this server up to the leader, so that the next read is fresh

# Why a line was refused, by code of core/scenario and core/shell
error.BadLine = Cannot read “{0}”; start with a client's letter ("A: get /") or a colon (":kill
	3")
error.UnknownVerb = There is no command :{0}; known: {1}
error.Usage = Write it as {0}
error.BadTarget = “{0}” names no target here; write it as {1}
error.BadDuration = “{0}” is not a time such as 200ms, 5s or 2m; write it as {1}
error.BadNumber = “{0}” is not a whole number in range; write it as {1}
error.BadPercent = “{0}” is not a percentage from 0% to 100%; write it as {1}
error.BadType = “{0}” is not a message between servers; known: {1}
error.BadQuirk = “{0}” is not a quirk; known: {1}, or none
error.ServerTwice = Node {0} is in two groups; name it once
error.NotInFile = :{0} is for the console; leave it out of the file
error.NoServer = There is no node {0}; the nodes are {1}
error.NoServerNow = There is no node {0}; pick one that is on the stage
error.NoLeader = There is no leader now; name a node, or wait with :until leader != none
error.NoClient = There is no client {0}; make one with :client {0}
error.ClientExists = Client {0} exists already; use it, or take another letter
error.AlreadyUp = Node {0} runs already; stop it first with :kill {0}
error.AlreadyDown = Node {0} is down already; start it with :start {0}
error.AlreadyPaused = {0} is paused already; let it run on with :resume {0}
error.NotPaused = {0} is not paused; stop it with :pause {0}
error.NoTargets = :{0} needs a node; add one, as in :{0} 3
error.NoLink = :{0} needs two different nodes; write them as 1>4
error.ClientOver = The session of client {0} is over; make a new one with :client {0}
error.ClientsFull = All letters from A to Z are taken; close a client first
error.ClientPaused = Client {0} is paused; let it run on with :resume {0}
error.BadTimeout = The timeout of client {0} must be more than 0; write timeout=6s
error.AlreadyUnplugged = Client {0} is unplugged already; plug it in with :heal {0}
error.NotUnplugged = Client {0} is not unplugged; pull its cable with :unplug {0}
error.NoSession = Client {0} has no session yet; wait with :until client[{0}] == CONNECTED
error.NoFlight = no message {0} is on its way; click one on the stage to see its number
error.NeverRepeats = {0} never arrives twice on its connection; only NOTIFICATION can
error.OneGroup = A partition needs two groups; write it as :partition 1,2|3,4,5
error.Stopped = The world has stopped because {0} broke; go back in time, or start again
error.NothingToDo = :{0} finds nothing to do now
error.World = Not possible: {0}
error.NoFork = There is no step {0} to go back to; name a step that has begun
error.Nodes = {0} voters and {1} observers will not do: take 1 to 9 voters and 0 to 4 observers
error.ExprEnd = “{0}” ends too early; complete it, as in leader == 3
error.ExprToken = Unexpected “{0}” in “{1}”; compare two things, as in leader == 3
error.ExprName = Unknown name “{0}”; known: {1}
error.ExprArgs = {0} is written {1}
error.ExprTypes = “{0}” is {1} and “{2}” is {3}: they can never be equal; compare like with like
error.ExprBool = “{0}” is {1}, neither true nor false; compare it, as in leader == 3
error.ExprField = There is no “{0}” in {1}; known: {2}
error.ExprPrefix = “{0}:” is for expect blocks; leave it out here
error.ExprDeep = “{0}” is too deep; write it as several checks
error.Front = The file does not begin with a --- block; add one with title and cluster
error.FrontKey = Unknown key “{0}”; known: {1}
error.FrontValue = {0} cannot be “{1}”; write it as {2}
error.BlockKind = Unknown block “{0}”; known: {1}, or a language name for plain code
error.BlockOpen = The {0} block is not closed; add a line of three backticks
error.BlockStep = The {0} block is before the first step; put a heading ## Title {#id} above it
error.StepID = The heading “{0}” has no id; write it as ## Title {#id}, of a-z, 0-9 and -
error.StepTwice = Two steps have the id {0}; rename one
error.NoSteps = The file has no step; add ## Title {#id} with a run or expect block
error.Predict = Unknown kind of prediction “{0}”; known: {1}
error.PredictBody = The prediction has no {0}; add it
error.TraceHead = Cannot read “{0}” after trace; write it as {1}
error.TooLong = The {0} is longer than {1}; shorten it
error.Until = “{0}” did not become true within {1} s; check it, or wait for something else
error.Stuck = {0} is still open after {1} s; check the step
error.Setup = The ensemble was not ready within {1} s: {0}; check cluster, config and clients
error.NoStep = There is no step left; start again, or go on freely
error.StepRuns = The step that runs is not over yet; let time pass until it is
error.NoUndo = There is nothing to undo
error.Asserted = Invariant {0} broke at step {2}: that is a bug; replay: zabscope sim --seed {1}
error.LinkNewer = The link is of a newer version (s={0}); update this page, or start afresh
error.LinkBad = The link is damaged ({0}); copy it again, or start afresh
error.LinkDiverged = The link no longer replays (step {0}): made by another version; start afresh
error.NoScenario = There is no scenario “{0}”; pick one from the list
error.ShellUnknown = There is no command {0}; known: {1}
error.ShellUsage = Usage: {0}
error.ShellOption = There is no option {0}; usage: {1}
error.ShellNumber = {0} is not a whole number; usage: {1}
error.ShellQuote = The quote in {0} is not closed; add the same quote at its end
error.ShellPath = Invalid path {0}: {1}; write it like /a/b
error.ShellACL = {0} is not an ACL; write scheme:id:perms, for example world:anyone:cdrwa
error.ShellEmpty = The line is empty; try help
error.ShellRefused = Nothing was sent: {0}
`
