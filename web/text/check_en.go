package text

// checkEN are the English words in which a check of a lesson is said: core/scenario makes sentences
// of them, and the names in the keys are its names. See parse for the form.
const checkEN = `
check.within = within {0}: {1}
check.always = all the time: {0}
check.never = at no time: {0}
check.violates = the rule {0} is broken
expr.and = {0}, and {1}
expr.or = {0} or {1}
expr.not = not so: {0}
expr.before = {0}, then {1}
expr.in = {0} is {1}
expr.happens = {0} happens
expr.== = {0} is {1}
expr.!= = {0} is not {1}
expr.< = {0} is less than {1}
expr.> = {0} is greater than {1}
expr.<= = {0} is at most {1}
expr.>= = {0} is at least {1}
noun.server = node {0}
noun.nobody = nobody
noun.all = data
noun.call = command {1} of {0}
noun.before = {0} before the step
noun.event = {0} {1}
noun.field = {0} of {1}
noun.leader = the leader
noun.epoch = the epoch
noun.zxid = the newest zxid
noun.service = the service
noun.leaders_now = the number of leaders
noun.leaders_per_epoch = the largest number of leaders in one epoch
noun.alive = the number of running nodes
noun.killed = the number of killed nodes
noun.quorum = the size of a quorum
noun.lost_acked = the number of confirmed writes that were lost
noun.voters = the number of voters
noun.observers = the number of observers
noun.early_acks = the number of ACKs for what was not yet on disk
of.state = the state of node {0}
of.phase = the phase of node {0}
of.epoch = the epoch of node {0}
of.accepted = the promised epoch of node {0}
of.last = the last logged zxid of node {0}
of.done = the last committed zxid of node {0}
of.round = the election round of node {0}
of.client = the connection of client {0}
of.attached = the server of client {0}
of.votes.for = the vote of node {0}
of.votes.reason = what decided the vote of node {0}
of.votes.round = the round of node {0}'s vote
of.votes.zxid = the zxid in node {0}'s vote
of.votes.epoch = the epoch in node {0}'s vote
of.zxid = the zxid of {0}
of.result = the result of {0}
of.read = what {0} reads
of.output = the output of {0}
of.value = the value of {1} on node {0}
of.stat = the znode {1} on node {0}
of.msgs = the number of {0} messages {1}
of.events = the number of {0} events {1}
of.fired = the number of {1} events that {0} got for {2}
of.acks = the number of nodes that acknowledged {0}
of.acks_at_commit = the number of ACKs when {0} was committed
of.sessionId = the session of client {0}
is.agree = all running nodes have the same {0}
is.has = node {0} has {1}
is.up = node {0} runs
is.rising = on every node the zxids of {0} only rise
is.has==false = node {0} does not have {1}
is.up==false = node {0} does not run
is.leader== = {1} leads
is.state== = node {0} is {2}
is.phase== = node {0} is in {2}
is.votes.for== = node {0} votes for {2}
is.votes.reason== = {2} decides the vote of node {0}
is.read== = {0} reads {2}
is.acks_at_commit== = the number of nodes that have acknowledged {0} when it is committed is {2}
is.msgs== = {2} {0} messages arrive {1}
is.events== = {0} happens {2} times {1}
is.leader==none = nobody leads
is.service==available = the ensemble serves clients
is.service==unavailable = the ensemble cannot take writes
is.leaders_per_epoch==1 = no epoch has two leaders
is.leaders_per_epoch>1 = an epoch has two leaders
is.leaders_now==0 = nobody leads
is.msgs==0 = no {0} message arrives {1}
is.msgs>0 = a {0} message arrives {1}
is.msgs==1 = one {0} message arrives {1}
is.events==0 = {0} does not happen {1}
is.events==1 = {0} happens once {1}
is.events>=1 = {0} happens at least once {1}
is.lost_acked==0 = no confirmed write is lost
is.early_acks==0 = nobody acknowledges what is not yet on its disk
is.result==ok = {0} succeeds
filter.from = from node {0}
filter.to = at node {0}
filter.node = on node {0}
filter.peer = with node {0}
filter.role = (to {0})
filter.why = (because of {0})
filter.zxid = for {0}
filter.epoch = in epoch {0}
`
