package sim

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// Verb says what a Command does to the world.
type Verb uint8

// The verbs. The comment names the fields that a verb reads besides Line; "targets" is From, or
// Server when From is empty.
const (
	NoVerb      Verb = iota
	Start            // targets: boot from their disks
	Kill             // targets: the process ends; what the OS was given reaches the disk
	Power            // targets N: the machine loses power; N-1 unsynced writes stay, 0 draws it
	Pause            // targets or Client: stands still, connections stay open
	Resume           // targets or Client
	Wipe             // targets N (WipeDisk, …): disk or part is lost; who runs loses power first
	Partition        // Groups: nothing passes between them; servers in no group form one more
	Heal             // all links and rules; with targets only the links of these servers
	HealLink         // From To Both: these links; with Client, its cable is plugged in
	Cut              // From To Both: nothing passes
	Delay            // From To Both D: D more on the way
	Loss             // From To Both Chance
	Drop             // From To Type Count (0 is 1, -1 without end), or Flight
	Hold             // From To Type Count (0 or -1 without end), or Flight
	Release          // From To Type: ends Hold rules and sends held messages on; empty means all
	Duplicate        // From To Type Count (0 is 1): for the election channel
	SlowDisk         // targets D: each fsync takes D, and none fails any more; 0 is normal
	Skew             // targets D: the wall clock is D off
	NewClient        // Client (0 is the next free letter) Server (0 is any) Pinned TimeoutMs
	Unplug           // Client: its network cable
	Expire           // Client: unplugged until its session has expired
	CloseClient      // Client: closes its session
	Request          // Client Req
	Quirk            // N: the quirks (zk.Quirk) that are on from now
	Chaos            // D: random faults that a correct ensemble survives, then everything is healed
	CrashAt          // targets Kind Type N (0 kill, 1 power, 2 pause, 3 mute): at the next event
	Fire             // N: the pending thing of this id, or Way: the first on it, happens now
	Note             // nothing happens; Line is in the trace
	Move             // Client Server D: goes to this server; the old one hears of it D later
	ReadOnly         // N (1 on, 0 off): servers without a leader serve reads, and clients take that
	Reset            // From To: the connections between them end at both ends at once
	Bandwidth        // From To Both N: at most N bytes a second, 0 is any number
	Drift            // targets N: the clock runs N thousandths faster, slower below 0
	FailDisk         // targets: the next fsync fails, which ends the process
	verbEnd
)

var verbNames = [verbEnd]string{
	"", "start", "kill", "power", "pause", "resume", "wipe", "partition", "heal", "heal", "cut",
	"delay", "loss", "drop", "hold", "release", "duplicate", "slowdisk", "skew", "client",
	"unplug", "expire", "close", "request", "quirk", "chaos", "crash-at", "fire", "note",
	"move", "readonly", "reset", "bandwidth", "drift", "faildisk",
}

// String returns the verb as the command language spells it, "kill".
func (v Verb) String() string {
	if v >= verbEnd {
		return "verb(" + strconv.Itoa(int(v)) + ")"
	}
	return verbNames[v]
}

// Command is one act of the user's hand. Which fields a verb reads is said at the verb. Line is the
// text that led to it, shown in the trace; empty for none. A Command is immutable once done.
type Command struct {
	Verb      Verb
	From, To  zk.ServerSet
	Both      bool // the links from To to From too
	Groups    []zk.ServerSet
	D         time.Duration
	N         int64
	Chance    uint32 // of 2^32
	Type      zk.MsgType
	Count     int
	Flight    trace.Ref // the Sent event of one message, instead of those to come
	Kind      trace.Kind
	Way       Way
	Client    zk.ServerID // a letter
	Server    zk.ServerID
	Pinned    bool
	TimeoutMs int32
	Req       *zk.Request
	Line      string
}

// Everyone is the set of all possible servers: "*" in the command language.
const Everyone zk.ServerSet = 1<<64 - 2

// targets returns the servers that the command is about.
func (c *Command) targets() zk.ServerSet {
	if c.From == 0 && c.Server != 0 {
		return zk.SetOf(c.Server)
	}
	return c.From
}

// String returns the command as a line of the command language. It is Line where there is one.
func (c *Command) String() string {
	if c.Line != "" {
		return c.Line
	}
	switch c.Verb {
	case Partition:
		return ":partition " + groupString(c.Groups)
	case HealLink, Cut, Delay, Loss, Drop, Hold, Release, Duplicate, Reset, Bandwidth:
		return c.linkString()
	case NewClient, Unplug, Move, Expire, CloseClient:
		return c.clientString()
	case Chaos:
		return ":chaos " + durationText(c.D)
	case Quirk:
		return ":quirk " + cmp.Or(zk.Quirk(c.N).String(), "none")
	case ReadOnly:
		return ":readonly " + [...]string{"off", "on"}[c.N&1]
	case CrashAt:
		how := [...]string{"kill", "power", "pause", "mute"}[c.N&3]
		return ":crash-at " + pointName(c.Kind, c.Type) + " " + setString(c.targets()) + " " + how
	case Fire:
		if c.Way == (Way{}) {
			return ":fire " + strconv.FormatInt(c.N, 10)
		}
		return ":fire " + c.Way.String()
	case Request:
		return c.Client.String() + ": " + c.Req.Op.String() + " " + c.Req.Path
	}
	return c.serverString()
}

func (c *Command) serverString() string {
	s := ":" + c.Verb.String()
	switch {
	case c.Client != 0:
		s += " " + c.Client.String()
	case c.targets() != 0:
		s += " " + setString(c.targets())
	}
	switch c.Verb {
	case Power:
		if c.N > 0 {
			s += " keep " + strconv.FormatInt(c.N-1, 10)
		}
	case Wipe:
		s += wipeText(c.N)
	case SlowDisk:
		s += " " + durationText(c.D)
	case Drift:
		s += " " + driftText(c.N)
	case Skew:
		if c.D >= 0 {
			return s + " +" + durationText(c.D)
		}
		s += " -" + durationText(-c.D)
	}
	return s
}

func (c *Command) linkString() string {
	s := ":" + c.Verb.String()
	if c.Client != 0 {
		return s + " " + c.Client.String()
	}
	if !c.Flight.IsZero() {
		return s + " " + c.Flight.String()
	}
	if c.Type != zk.NoMsg {
		s += " " + c.Type.String()
	}
	if c.From != 0 || c.To != 0 {
		arrow := ">"
		if c.Both {
			arrow = "<>"
		}
		s += " " + setString(c.From) + arrow + setString(c.To)
	}
	switch c.Verb {
	case Delay:
		return s + " " + durationText(c.D)
	case Loss:
		return s + " " + strconv.FormatUint((uint64(c.Chance)*100+1<<31)>>32, 10) + "%"
	case Bandwidth:
		return s + " " + strconv.FormatInt(c.N, 10)
	}
	if c.Count > 1 {
		s += " x" + strconv.Itoa(c.Count)
	}
	return s
}

func (c *Command) clientString() string {
	s := ":" + c.Verb.String() + " " + c.Client.String()
	switch c.Verb {
	case NewClient:
	case Move:
		s += " " + c.Server.String()
		if c.D > 0 {
			s += " " + durationText(c.D)
		}
		return s
	default:
		return s
	}
	if c.Server != 0 {
		s += "@" + c.Server.String()
	}
	if c.Pinned {
		s += "!"
	}
	if c.TimeoutMs != 0 {
		s += " timeout=" + durationText(time.Duration(c.TimeoutMs)*time.Millisecond)
	}
	return s
}

// wipeText names the part of a disk that Wipe takes, "" for all of it.
func wipeText(n int64) string {
	if n <= 0 || int(n) > len(WipeParts) {
		return ""
	}
	return " " + WipeParts[n-1]
}

// driftText writes thousandths as percent, "+5%" or "-0.5%".
func driftText(n int64) string {
	sign := "+"
	if n < 0 {
		sign, n = "-", -n
	}
	text := sign + strconv.FormatInt(n/10, 10)
	if n%10 != 0 {
		text += "." + strconv.FormatInt(n%10, 10)
	}
	return text + "%"
}

// setString writes "*" for everyone and for nobody, else "1,2".
func setString(s zk.ServerSet) string {
	if s == Everyone || s == 0 {
		return "*"
	}
	return s.String()
}

// durationText writes a duration exactly, with one unit: "5s", "1234ms", "0.5ms".
func durationText(d time.Duration) string {
	if d%time.Second == 0 {
		return strconv.FormatInt(int64(d/time.Second), 10) + "s"
	}
	text := strconv.FormatInt(int64(d/time.Millisecond), 10)
	if rest := d % time.Millisecond; rest != 0 {
		digits := strconv.FormatInt(int64(time.Millisecond+rest), 10)[1:]
		text += "." + strings.TrimRight(digits, "0")
	}
	return text + "ms"
}

func groupString(groups []zk.ServerSet) string {
	s := ""
	for i, g := range groups {
		if i > 0 {
			s += "|"
		}
		s += g.String()
	}
	return s
}
