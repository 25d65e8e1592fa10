package sim

import (
	"math/rand/v2"
	"time"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/zk"
)

// knob is one way in which a seed can differ from the usual settings: it brings on what rarely
// happens with those. The function draws how far.
type knob struct {
	name string
	turn func(p *rand.PCG, c *Config, n *settings)
}

// settings are what knobs change on all servers.
type settings struct {
	node.Config
	mixed bool // each server has limits of its own
}

// knobs are turned or left one by one, in this order.
var knobs = [...]knob{
	{"small-window", func(p *rand.PCG, _ *Config, n *settings) {
		n.CommitLogCount = 1 + int(below(p, 10))
	}},
	{"eager-snapshots", func(p *rand.PCG, _ *Config, n *settings) {
		n.SnapCount = 2 + int(below(p, 40))
	}},
	{"finalize-always", func(_ *rand.PCG, _ *Config, n *settings) { n.FinalizeAlways = true }},
	{"finalize-wait", func(p *rand.PCG, _ *Config, n *settings) {
		n.FinalizeWait = aroundMs(p, 500*time.Millisecond, 490*time.Millisecond)
	}},
	{"counter-rollover", func(p *rand.PCG, _ *Config, n *settings) {
		n.CounterStart = zk.CounterMax - 5 - uint32(below(p, 60))
	}},
	{"short-ticks", func(p *rand.PCG, _ *Config, n *settings) {
		n.TickTime = aroundMs(p, 600*time.Millisecond, 400*time.Millisecond)
	}},
	{"long-ticks", func(_ *rand.PCG, _ *Config, n *settings) { n.TickTime = 3 * time.Second }},
	{"tight-limits", func(_ *rand.PCG, _ *Config, n *settings) { n.InitLimit, n.SyncLimit = 3, 2 }},
	{"mixed-limits", func(_ *rand.PCG, _ *Config, n *settings) { n.mixed = true }},
	{"near", func(_ *rand.PCG, c *Config, _ *settings) {
		c.LatencyMean, c.LatencyJitter = 200*time.Microsecond, 150*time.Microsecond
	}},
	{"far", func(_ *rand.PCG, c *Config, _ *settings) {
		c.LatencyMean, c.LatencyJitter = 60*time.Millisecond, 50*time.Millisecond
	}},
	{"fast-disk", func(_ *rand.PCG, c *Config, _ *settings) {
		c.FsyncMean = 50 * time.Microsecond
	}},
	{"slow-disk", func(_ *rand.PCG, c *Config, _ *settings) {
		c.FsyncMean = 60 * time.Millisecond
	}},
	{"late-timers", func(p *rand.PCG, c *Config, _ *settings) {
		c.WakeLate = aroundMs(p, 200*time.Millisecond, 199*time.Millisecond)
	}},
	{"through-bytes", func(_ *rand.PCG, c *Config, _ *settings) { c.Codec = true }},
	{"read-only", func(_ *rand.PCG, c *Config, _ *settings) { c.ReadOnly = true }},
	{"addresses", func(_ *rand.PCG, c *Config, _ *settings) { c.Addresses = true }},
	{"forced-snap", func(_ *rand.PCG, _ *Config, n *settings) { n.ForceSnapSync = true }},
	{"quotas", func(_ *rand.PCG, _ *Config, n *settings) { n.EnforceQuota = true }},
	{"plain-types", func(_ *rand.PCG, _ *Config, n *settings) { n.ExtendedTypes = false }},
	{"eager-reaper", func(_ *rand.PCG, _ *Config, n *settings) {
		n.ContainerCheckInterval = time.Second
	}},
	{"short-sessions", func(_ *rand.PCG, _ *Config, n *settings) {
		n.MinSessionTimeoutMs, n.MaxSessionTimeoutMs = 1000, 3000
	}},
	{"small-limits", func(_ *rand.PCG, _ *Config, n *settings) { n.Limits = smallLimits }},
	{"members", func(_ *rand.PCG, _ *Config, n *settings) { n.Members = "server.1=a:1:2" }},
	{"super", func(_ *rand.PCG, _ *Config, n *settings) { n.SuperDigest = superDigest }},
}

// superDigest is who says "super:x".
const superDigest = "super:eXJov8znpQ4dl1Mi6FnyKh1mSgw="

// smallLimits are reached by everybody.
var smallLimits = node.Limits{
	PathBytes: 40, MultiOps: 4, Ephemerals: 3, Watches: 6, AllWatches: 12, Znodes: 30,
	DataBytes: 500,
}

// Knobs is a set of knobs that are turned.
type Knobs uint32

// String returns the names joined by commas.
func (k Knobs) String() string {
	text := ""
	for i := range knobs {
		if k>>i&1 == 0 {
			continue
		}
		if text != "" {
			text += ","
		}
		text += knobs[i].name
	}
	return text
}

// RandomConfig returns the world that the seed draws.
func RandomConfig(seed uint64, opts RandomOptions) Config {
	cfg, _ := drawConfig(seed, opts)
	return cfg
}

// drawConfig draws how many servers there are and which knobs are turned: about a fifth of them.
func drawConfig(seed uint64, opts RandomOptions) (cfg Config, turned Knobs) {
	p := newStream(seed, "config", 0, 0)
	cfg = Config{
		Seed: seed, Quirks: opts.Quirks, Codec: opts.Codec, ReadOnly: opts.ReadOnly,
		Machine: opts.Machine,
	}
	cfg.Voters = [...]int{3, 3, 4, 5, 5, 5, 5, 5, 6, 7}[below(&p, 10)]
	cfg.Observers = [...]int{0, 0, 0, 1, 2}[below(&p, 5)]
	if opts.Voters > 0 {
		cfg.Voters, cfg.Observers = opts.Voters, opts.Observers
	}
	set := settings{Config: node.DefaultConfig(1, 0, 0)}
	set.ExtendedTypes = true
	for i := range knobs {
		if below(&p, 5) == 0 {
			knobs[i].turn(&p, &cfg, &set)
			turned |= 1 << i
		}
	}
	readOnly := cfg.ReadOnly
	cfg.Node = func(c *node.Config) { set.give(c, seed, readOnly) }
	return cfg, turned
}

// give sets what the knobs have changed on one server.
func (s *settings) give(c *node.Config, seed uint64, readOnly bool) {
	own := *c
	*c = s.Config
	c.ID, c.Voters, c.Observers = own.ID, own.Voters, own.Observers
	c.Seed, c.Secret, c.Quirks, c.ReadOnlyMode = own.Seed, own.Secret, own.Quirks, readOnly
	if !s.mixed {
		return
	}
	p := newStream(seed, "mixed", c.ID, 0)
	c.InitLimit, c.SyncLimit = 4+int(below(&p, 8)), 2+int(below(&p, 5))
	c.SnapCount, c.CommitLogCount = 2+int(below(&p, 200)), 1+int(below(&p, 100))
}
