package sim

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/zabscope/zabscope/core/zk"
)

// Fault is one kind of fault that strikes in random runs. Each run first draws which kinds exist at
// all: a fault that is everywhere hides what only its absence lets happen. None of them is outside
// the fault model: a minority of the voters at most has a disk that lies, and none is wiped.
type Fault uint8

// The kinds of faults, by what they break.
const (
	FaultLoss Fault = iota
	FaultDrop
	FaultHold
	FaultDuplicate
	FaultDelay
	FaultHeavyTail
	FaultCut
	FaultCutBoth
	FaultPartition
	FaultHalves
	FaultBridge
	FaultRing
	FaultIsolate
	FaultIsolateLeader
	FaultFlap
	FaultSwizzle
	FaultReset
	FaultBandwidth

	FaultKill
	FaultKillLeader
	FaultKillMinority
	FaultKillAll
	FaultPower
	FaultPowerAll
	FaultPause
	FaultPauseLeader
	FaultPauseAll
	FaultRolling
	FaultCrashKill
	FaultCrashPower
	FaultCrashPause
	FaultCrashMute
	FaultHalfSync

	FaultSlowDisk
	FaultStuckDisk
	FaultWipeObserver
	FaultFsyncError
	FaultLogRot
	FaultSnapshotRot
	FaultLostRecord
	FaultLostSnapshot
	FaultSkew
	FaultDrift

	FaultUnplug
	FaultPauseClient
	FaultMove
	FaultTwoConnections
	FaultExpire
	FaultBurst
	FaultHugeMulti
	FaultCloseBusy
	FaultReadOnly
	faultEnd
)

// FaultCount is the number of kinds; valid values are below it.
const FaultCount = int(faultEnd)

// FaultCounts says how often each kind struck.
type FaultCounts [FaultCount]int

// strike lets a fault happen. It reports whether it did: not every fault is possible at any time.
type strike func(r *run) bool

// faultSpec is one kind of fault: its name, what it breaks, and how.
type faultSpec struct {
	name, group string
	strike      strike
}

var faultSpecs = [faultEnd]faultSpec{
	FaultLoss:          {"loss", "network", plainFault(SwarmLoss)},
	FaultDrop:          {"drop", "network", messageFault(Drop)},
	FaultHold:          {"hold", "network", messageFault(Hold)},
	FaultDuplicate:     {"duplicate", "network", messageFault(Duplicate)},
	FaultDelay:         {"delay", "network", plainFault(SwarmDelay)},
	FaultHeavyTail:     {"heavy-tail", "network", (*run).heavyTail},
	FaultCut:           {"cut", "network", plainFault(SwarmCut)},
	FaultCutBoth:       {"cut-both", "network", (*run).cutBoth},
	FaultPartition:     {"partition", "network", plainFault(SwarmPartition)},
	FaultHalves:        {"halves", "network", (*run).halves},
	FaultBridge:        {"bridge", "network", (*run).bridge},
	FaultRing:          {"ring", "network", (*run).ring},
	FaultIsolate:       {"isolate", "network", (*run).isolateOne},
	FaultIsolateLeader: {"isolate-leader", "network", (*run).isolateLeader},
	FaultFlap:          {"flap", "network", (*run).flap},
	FaultSwizzle:       {"swizzle", "network", (*run).swizzle},
	FaultReset:         {"reset", "network", (*run).resetLinks},
	FaultBandwidth:     {"bandwidth", "network", (*run).limitLinks},

	FaultKill:         {"kill", "process", plainFault(SwarmKill)},
	FaultKillLeader:   {"kill-leader", "process", (*run).killLeader},
	FaultKillMinority: {"kill-minority", "process", (*run).killMinority},
	FaultKillAll:      {"kill-all", "process", everybody(Kill)},
	FaultPower:        {"power", "process", (*run).power},
	FaultPowerAll:     {"power-all", "process", everybody(Power)},
	FaultPause:        {"pause", "process", plainFault(SwarmPause)},
	FaultPauseLeader:  {"pause-leader", "process", (*run).pauseLeader},
	FaultPauseAll:     {"pause-all", "process", everybody(Pause)},
	FaultRolling:      {"rolling-restart", "process", (*run).rolling},
	FaultCrashKill:    {"crash-kill", "process", crashFault(crashKill)},
	FaultCrashPower:   {"crash-power", "process", crashFault(crashPower)},
	FaultCrashPause:   {"crash-pause", "process", crashFault(crashPause)},
	FaultCrashMute:    {"crash-mute", "process", crashFault(crashMute)},
	FaultHalfSync:     {"half-sync", "process", (*run).halfSync},

	FaultSlowDisk:     {"slow-disk", "disk", plainFault(SwarmDisk)},
	FaultStuckDisk:    {"stuck-disk", "disk", (*run).stuckDisk},
	FaultWipeObserver: {"wipe-observer", "disk", (*run).wipeObserver},
	FaultFsyncError:   {"fsync-error", "disk", (*run).failDisk},
	FaultLogRot:       {"log-rot", "disk", harmFault(WipeLogBit)},
	FaultSnapshotRot:  {"snapshot-rot", "disk", harmFault(WipeSnapshotBit)},
	FaultLostRecord:   {"lost-record", "disk", harmFault(WipeRecord)},
	FaultLostSnapshot: {"lost-snapshot", "disk", harmFault(WipeNewest)},
	FaultSkew:         {"clock-jump", "clock", plainFault(SwarmSkew)},
	FaultDrift:        {"clock-drift", "clock", (*run).driftClocks},

	FaultUnplug:         {"unplug", "client", plainFault(SwarmUnplug)},
	FaultPauseClient:    {"pause-client", "client", (*run).pauseAClient},
	FaultMove:           {"move", "client", (*run).moveClient},
	FaultTwoConnections: {"two-connections", "client", (*run).keepConnection},
	FaultExpire:         {"expire", "client", (*run).expireClient},
	FaultBurst:          {"burst", "client", (*run).burst},
	FaultHugeMulti:      {"huge-multi", "client", (*run).hugeMulti},
	FaultCloseBusy:      {"close-busy", "client", (*run).closeBusy},
	FaultReadOnly:       {"read-only", "configuration", (*run).toggleReadOnly},
}

// String returns the name, "heavy-tail".
func (f Fault) String() string {
	if f >= faultEnd {
		return "unknown"
	}
	return faultSpecs[f].name
}

// Group returns what the fault breaks: "network", "process", "disk", "clock", "client" or
// "configuration".
func (f Fault) Group() string {
	if f >= faultEnd {
		return ""
	}
	return faultSpecs[f].group
}

// FaultSet is a set of kinds.
type FaultSet uint64

// SetOfFaults returns the set of the given kinds.
func SetOfFaults(kinds ...Fault) FaultSet {
	s := FaultSet(0)
	for _, f := range kinds {
		s |= 1 << f
	}
	return s
}

// Has reports whether f is in the set.
func (s FaultSet) Has(f Fault) bool { return s>>f&1 != 0 }

// String returns the names joined by commas.
func (s FaultSet) String() string {
	text := ""
	for f := range faultEnd {
		if !s.Has(f) {
			continue
		}
		if text != "" {
			text += ","
		}
		text += f.String()
	}
	return text
}

// drawFaults draws which kinds exist: few of them, some, or about half, and at least one.
func drawFaults(p *rand.PCG) FaultSet {
	thin := below(p, 3)
	for {
		s := FaultSet(p.Uint64()) & (1<<faultEnd - 1)
		for range thin {
			s &= FaultSet(p.Uint64())
		}
		if s != 0 {
			return s
		}
	}
}

// strikeOne repairs something or lets a kind that exists strike. Whoever is down, paused or cut off
// comes back with a chance that rises with the damage, so that runs do not end in a heap of ruins.
func (r *run) strikeOne() {
	if below(&r.rng, 10) < 3+r.world.damage() {
		if c, ok := r.world.drawRepair(&r.rng); ok {
			r.do(c)
			return
		}
	}
	for r.report.Swarm != 0 {
		f := Fault(below(&r.rng, uint64(faultEnd)))
		if !r.report.Swarm.Has(f) {
			continue
		}
		if faultSpecs[f].strike(r) {
			r.report.Faults[f]++
		}
		return
	}
}

// planned is a command of a fault that takes its time, or what decides on commands then.
type planned struct {
	at  zk.Instant
	c   Command
	act func(r *run) // nil for c
}

// later plans a command.
func (r *run) later(after time.Duration, c Command) { r.plans(after, planned{c: c}) }

// laterDo plans what depends on how things stand then.
func (r *run) laterDo(after time.Duration, act func(r *run)) { r.plans(after, planned{act: act}) }

func (r *run) plans(after time.Duration, p planned) {
	p.at = r.world.Now().Add(after)
	i := len(r.plan)
	for i > 0 && r.plan[i-1].at > p.at {
		i--
	}
	r.plan = slices.Insert(r.plan, i, p)
}

// nextPlanned is when the next planned command is due.
func (r *run) nextPlanned() zk.Instant {
	if len(r.plan) == 0 {
		return zk.Never
	}
	return r.plan[0].at
}

// carryOut does what is planned up to now.
func (r *run) carryOut() {
	for r.nextPlanned() <= r.world.Now() {
		p := r.plan[0]
		r.plan = r.plan[1:]
		if p.act != nil {
			p.act(r)
			continue
		}
		r.do(p.c)
	}
}

// upTo draws a duration of whole milliseconds between 1 ms and the limit.
func (r *run) upTo(limit time.Duration) time.Duration {
	return time.Duration(1+below(&r.rng, uint64(limit.Milliseconds()))) * time.Millisecond
}
