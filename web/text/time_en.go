package text

// timeEN are the English words of time: speeds, steps, branches and why something
// happened. See parse for the form.
const timeEN = `
# What time waits for
time.stopped = Stopped at {t}, before it was done; give the line again to go on
time.hurry = Finish now
time.stop = Stop
js.work.line = Until {line} is done
js.work.restore = Replaying the run
js.work.tape = Reading the flight recording
js.work.flight = Replaying the flight recording
js.work.run = Running the scenario
js.work.lesson = Going to the step
js.load.unknown = There is no scenario "{name}" ({n}); pick one from the Lessons menu
js.load.offline = Could not fetch "{name}": there is no connection; check it and try again
duel.which = Which comparison
duel.deciding = When it changed its vote
duel.last = The latest
duel.vote = node {id}
duel.rule.epoch = the later epoch wins
duel.rule.zxid = else the later zxid wins
duel.rule.myid = else the larger myid wins
# Steps and speed
step.menu = Step by
step.event = Event
step.delivery = Delivery of a message
step.round = Round, phase or commit
step.back = Back
step.forward = Forward
js.step.step = One {unit} forward
js.step.back = One {unit} back
js.step.unit.event = event
js.step.unit.delivery = delivery
js.step.unit.round = round
js.step.none = Nothing of the kind happens in the next 120 s
js.step.start = This is the beginning
speed.stops = Speed
speed.slower = Slower
speed.faster = Faster
speed.crawl = one message takes 10 s
speed.slowest = one message takes 2 s
speed.slow = slow motion, the default
speed.brisk = brisk
speed.real = real time
speed.fast = fast forward

# Branches and marks
time.branches = Branches of this run
time.branch = Branch {n}
time.forked = left {from} at {t}
time.until = ends at {t}
time.fork = Fork here
time.fork.name = Name of the new branch
time.marks = What happened, in words
time.marks.empty = Nothing worth a mark has happened yet
time.marks.before = {n earlier one|earlier ones}
time.marks.after = {n later one|later ones}
mark.Established = Leader {n} serves
mark.Elected = Node {n} has a winner of the election
mark.LeaderLost = Node {n} loses its leader
mark.SessionExpired = A session expires at node {n}
mark.RoleChanged = Node {n} changes its state
mark.Truncated = Node {n} drops the end of its log (TRUNC)
mark.SnapTaken = Node {n} takes over a snapshot (SNAP)
mark.Crashed = Node {n} goes down
mark.Booted = Node {n} starts
mark.Paused = Node {n} is paused
mark.Resumed = Node {n} runs on
mark.Wiped = The disk of node {n} loses what it held
mark.Cut = A link of node {n} is cut
mark.Mended = A link of node {n} is mended
mark.Delayed = A link of node {n} is delayed
mark.Lossy = A link of node {n} loses messages
mark.DiskSlowed = The disk of node {n} gets another speed
mark.Skewed = The wall clock of node {n} is set
mark.Violated = An invariant is broken
mark.Committed = Leader {n} commits
mark.error = Client {n} gets an error

# A run that a reload finds again
js.kept = Restored your run
js.kept.over = Start over
js.kept.bad = The run that this tab kept cannot be restored; this is a new one

# Breakpoints and what slows the clock
verb.break = Stops the clock when it becomes true, or at a time
verb.unbreak = Drops a breakpoint, or all
error.BreaksFull = There are {0} breakpoints already; drop one with :unbreak
error.NoBreak = There is no breakpoint {0}; the list has their numbers
time.pauses = Breakpoints and slowing down
time.breaks = Breakpoints
time.breaks.empty = None yet. The clock stops when a condition becomes true.
time.breaks.add = Add
time.breaks.when = Condition
time.breaks.drop = Drop breakpoint {n}
time.broke = Breakpoint {n}: {line}
time.paused = Paused: {what}
time.go = Go on
auto.title = When this happens while time flows
auto.ignore = ignore
auto.slow = slow
auto.pause = pause
auto.state = a node changes its state
auto.vote = a node changes its vote
auto.quorum = a quorum of votes
auto.epoch = a new epoch
auto.sync = DIFF, TRUNC or SNAP
auto.acks = a quorum of ACKs
auto.commit = a learner commits
auto.reply = a reply to a client
auto.error = a client gets an error
auto.watch = a watch fires
auto.expired = a session expires
auto.stale = a stale read
auto.service = service is lost or regained
auto.leaders = two leaders at once
`
