package sim

import (
	"slices"
	"strconv"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/zk"
)

// Witness is a Judge that knows how it stands: two of equal Shape say the same of what is to come.
type Witness interface {
	Judge
	Shape() uint64
}

// Bounds say what an exploration lets happen, beside everything that is under way.
type Bounds struct {
	Crashes  int          // each server starts again at once, or when nothing is under way
	Victims  zk.ServerSet // who may crash; empty for anybody
	Late     bool         // it starts again only when nothing is under way
	Writes   int          // of client A, one after the other
	Timeouts int          // deadlines that come although messages are under way
	Waits    int          // how often time passes because nothing is under way
	States   int          // an exploration that needs more is not complete
}

// Exploration is what has been explored.
type Exploration struct {
	States int // different states of the world and its witness
	Steps  int // from one state to another
	Ends   int // states where nothing was left to happen
	Cut    int // states where Bounds.Waits forbade to go on
	Depth  int // steps of the longest run
	Full   bool

	Violation, Detail string    // the first that was found, "" for none
	Path              []Command // what leads to it
}

// Complete reports whether all runs within the bounds were explored and none broke anything.
func (x *Exploration) Complete() bool { return !x.Full && x.Violation == "" }

// Explore runs a world in every order in which what is pending can happen, and judges every state.
// Due times mean nothing: each message may take as long as it likes, behind those before it on its
// way, and an fsync too. Crashes come at any moment and leave any part of the unsynced writes.
// Time passes when nothing is under way, or when a timeout is spent on it.
//
// A state is known by 64 bits of its shape and its witness's. With n states the chance that two of
// them share these bits, so that one is not looked into, is below n²/2⁶⁵: one in 370,000 for ten
// million.
//
// Two steps at different servers commute: a step reads and writes its own server, takes the first
// item of one way to it, and adds behind the last item of ways from it. So of the runs that differ
// only in the order of such steps one is enough, and sleep sets (Godefroid 1996) leave out the
// others: having gone a and then b, a state need not go b and then a. They leave out steps and no
// state, so a state that one order passes and the other does not is judged all the same. Where a
// known state is reached again, what slept then and does not now is gone after (ibid., 5.3).
// Deadlines, crashes and starts reach everybody and commute with nothing.
//
// The world and the witness are used up. Tell, which may be nil, hears of the progress.
func Explore(w *World, j Witness, b Bounds, tell func(*Exploration)) Exploration {
	x := explorer{seen: make(map[uint64]uint64), most: b.States, tell: tell}
	x.visit(scene{world: w, witness: j, left: b}, 0)
	x.States = len(x.seen)
	return x.Exploration
}

// scene is a state with what may still be spent.
type scene struct {
	world   *World
	witness Witness
	left    Bounds
	crashed bool // just now: who crashed may start at once
}

// move is one thing that can happen in a scene.
type move struct {
	command Command
	bit     uint64
	at      zk.ServerID // whose state it touches; 0 for anybody's
	late    bool        // a deadline that overtakes
	waits   bool        // a deadline for which everything waited
}

// explorer is an exploration under way.
type explorer struct {
	Exploration
	seen map[uint64]uint64 // by fingerprint: the moves that slept there
	ways []Way             // in the order in which they were met: the bits of moves
	path []Command
	most int
	tell func(*Exploration)
	all  bool // no move sleeps, for tests
}

// tellEvery is how many steps pass between two tellings.
const tellEvery = 1 << 16

// visit goes on from a scene in every way. The moves of sleep need not be made there.
func (x *explorer) visit(s scene, sleep uint64) {
	x.Depth = max(x.Depth, len(x.path))
	todo, sleep := x.enter(s.shape(), sleep)
	if todo == 0 || x.Full {
		return
	}
	moves := x.moves(&s)
	if len(moves) == 0 {
		x.note(&s)
	}
	for i := range moves {
		m := &moves[i]
		if todo&m.bit == 0 || x.Violation != "" {
			continue
		}
		x.path = append(x.path, m.command)
		if next, ok := x.make(&s, m); ok {
			x.visit(next, sleepers(moves, sleep, m))
		}
		x.path = x.path[:len(x.path)-1]
		if !x.all {
			sleep |= m.bit
		}
	}
}

// enter notes that a state was reached. It returns which moves are to be made there now, and which
// of those that are not need not be.
func (x *explorer) enter(shape, sleep uint64) (todo, asleep uint64) {
	before, known := x.seen[shape]
	if !known {
		if len(x.seen) == x.most {
			x.Full = true
			return 0, 0
		}
		x.seen[shape] = sleep
		return ^sleep, sleep
	}
	if before&^sleep != 0 {
		x.seen[shape] = before & sleep
	}
	return before &^ sleep, before & sleep
}

// sleepers returns the moves that need not follow m: those that slept or were made before, and that
// commute with it.
func sleepers(moves []move, sleep uint64, m *move) uint64 {
	set := uint64(0)
	for i := range moves {
		o := &moves[i]
		if sleep&o.bit != 0 && o.at != 0 && m.at != 0 && o.at != m.at {
			set |= o.bit
		}
	}
	return set
}

// note counts a scene that has no moves.
func (x *explorer) note(s *scene) {
	if s.left.Waits == 0 && !s.isOver() {
		x.Cut++
		return
	}
	x.Ends++
}

// make lets a move happen to a copy of the scene. It is not ok if that broke something.
func (x *explorer) make(s *scene, m *move) (next scene, ok bool) {
	next = scene{s.world.Clone(), s.witness.CloneObserver().(Witness), s.left, false}
	next.world.Sink = next.witness.Observe
	switch m.command.Verb {
	case Kill, Power:
		next.left.Crashes--
		next.crashed = true
	case Request:
		next.left.Writes--
	}
	if m.late {
		next.left.Timeouts--
	}
	if m.waits {
		next.left.Waits--
	}
	err := next.world.Do(m.command)
	step.Assert(err == nil, "PossibleMove")
	x.Steps++
	if x.tell != nil && x.Steps%tellEvery == 0 {
		x.States = len(x.seen)
		x.tell(&x.Exploration)
	}
	return next, x.judge(&next)
}

// judge keeps the first violation with the way to it.
func (x *explorer) judge(s *scene) bool {
	x.Violation, x.Detail = s.witness.Verdict()
	if f := s.world.Failure(); f != nil && x.Violation == "" {
		x.Violation, x.Detail = f.Name, "server "+f.Server.String()+" stopped"
	}
	if x.Violation != "" {
		x.Path = slices.Clone(x.path)
	}
	return x.Violation == ""
}

func (s *scene) shape() uint64 {
	h := fold(s.world.Shape(), s.witness.Shape())
	h = fold(h, uint64(s.left.Crashes)<<32|uint64(s.left.Writes)<<1|bit(s.crashed))
	return fold(h, uint64(s.left.Timeouts)<<32|uint64(s.left.Waits))
}

// isOver reports whether the ensemble agrees and nobody waits for an answer.
func (s *scene) isOver() bool {
	if s.world.Converged() == 0 {
		return false
	}
	k := s.world.Client('A')
	return k == nil || k.InFlight() == 0
}

// moves lists what can happen in a scene, in an order that the scene alone decides.
func (x *explorer) moves(s *scene) []move {
	moves := x.deliveries(s.world)
	quiet := len(moves) == 0
	moves = x.deadlines(moves, s, quiet)
	for id := range s.world.all.All() {
		switch up := s.world.Up(id); {
		case up && s.left.mayCrash(id):
			moves = x.crashes(moves, s.world, id)
		case !up && (quiet || s.crashed && !s.left.Late):
			moves = x.add(moves, move{command: Command{Verb: Start, From: zk.SetOf(id)}})
		}
	}
	k := s.world.Client('A')
	if s.left.Writes > 0 && k != nil && k.InFlight() == 0 {
		moves = x.add(moves, move{command: s.write(), at: 'A'})
	}
	return moves
}

func (b *Bounds) mayCrash(id zk.ServerID) bool {
	return b.Crashes > 0 && (b.Victims == 0 || b.Victims.Has(id))
}

// write is the next write of client A.
func (s *scene) write() Command {
	data := strconv.Itoa(s.left.Writes)
	return Command{
		Verb: Request, Client: 'A', Line: "A: set / " + data,
		Req: &zk.Request{Op: zk.OpSetData, Path: "/", Data: []byte(data), Version: -1},
	}
}

// deliveries lists the first items of all ways.
func (x *explorer) deliveries(w *World) []move {
	var moves []move
	for i := range w.queue {
		if it := &w.queue[i]; w.isFirst(it) {
			moves = x.add(moves, move{command: Command{Verb: Fire, Way: it.way()}, at: it.to})
		}
	}
	slices.SortFunc(moves, func(a, b move) int { return compareBits(a.bit, b.bit) })
	return moves
}

func compareBits(a, b uint64) int {
	if a < b {
		return -1
	}
	return 1
}

// deadlines adds those that may come: the earliest when nothing else can happen, any for a timeout.
func (x *explorer) deadlines(moves []move, s *scene, quiet bool) []move {
	w := s.world
	if quiet && (s.left.Waits == 0 || s.isOver()) || !quiet && s.left.Timeouts == 0 {
		return moves
	}
	first := slices.Min(w.wakes)
	for who, at := range w.wakes {
		if at == zk.Never || quiet && at != first {
			continue
		}
		way := Way{To: w.waker(who), Clock: true}
		moves = x.add(moves, move{
			command: Command{Verb: Fire, Way: way}, late: !quiet, waits: quiet,
		})
	}
	return moves
}

// crashes adds the ways in which a server can crash: with all that it wrote on its disk, or with
// less than that.
func (x *explorer) crashes(moves []move, w *World, id zk.ServerID) []move {
	moves = x.add(moves, move{command: Command{Verb: Kill, From: zk.SetOf(id)}})
	d := &w.servers[id].disk
	for keep := range len(d.writes) - d.durable {
		c := Command{Verb: Power, From: zk.SetOf(id), N: int64(keep) + 1}
		moves = x.add(moves, move{command: c})
	}
	return moves
}

// add gives a move its bit. Moves that commute with nothing need none of their own.
func (x *explorer) add(moves []move, m move) []move {
	m.bit = 1
	if m.at != 0 {
		at := slices.Index(x.ways, m.command.Way)
		if at < 0 {
			at = len(x.ways)
			x.ways = append(x.ways, m.command.Way)
		}
		step.Assert(at < 63, "FewWays")
		m.bit = 2 << at
	}
	m.command.Line = m.command.String()
	return append(moves, m)
}
