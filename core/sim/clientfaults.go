package sim

import (
	"time"

	"github.com/zabscope/zabscope/core/client"
	"github.com/zabscope/zabscope/core/zk"
)

// drawClient draws a client that has not ended, 0 if it draws one that has.
func (r *run) drawClient() zk.ServerID {
	letters := r.world.Clients()
	letter := zk.ServerID(letters[below(&r.rng, uint64(len(letters)))])
	if r.world.Client(letter).State() >= client.Expired {
		return 0
	}
	return letter
}

// pauseAClient lets a client stand still, often for longer than its session lives.
func (r *run) pauseAClient() bool {
	letter := r.drawClient()
	if letter == 0 || !r.do(Command{Verb: Pause, Client: letter}) {
		return false
	}
	r.later(r.upTo(30*time.Second), Command{Verb: Resume, Client: letter})
	return true
}

// moveClient sends a client to another server, which may lag behind.
func (r *run) moveClient() bool {
	letter := r.drawClient()
	if letter == 0 {
		return false
	}
	return r.do(Command{Verb: Move, Client: letter, Server: r.world.drawServer(&r.rng)})
}

// keepConnection sends a client to another server while its old one believes in the connection that
// it had: for a while there are two with one session. What it asked last is still under way there.
func (r *run) keepConnection() bool {
	letter := r.drawClient()
	if letter == 0 {
		return false
	}
	for range below(&r.rng, 3) {
		req, line := drawRequest(&r.rng)
		r.ask(letter, req, line)
	}
	return r.do(Command{
		Verb: Move, Client: letter, Server: r.world.drawServer(&r.rng),
		D: r.upTo(20 * time.Second),
	})
}

func (r *run) expireClient() bool {
	letter := r.drawClient()
	return letter != 0 && r.do(Command{Verb: Expire, Client: letter})
}

// ask gives a client an operation.
func (r *run) ask(letter zk.ServerID, req *zk.Request, line string) bool {
	return r.do(Command{
		Verb: Request, Client: letter, Req: req, Line: letter.String() + ": " + line,
	})
}

// burst lets a client ask many things at once.
func (r *run) burst() bool {
	letter := r.drawClient()
	if letter == 0 {
		return false
	}
	for range 20 + below(&r.rng, 60) {
		req, line := drawRequest(&r.rng)
		r.ask(letter, req, line)
	}
	return true
}

func (r *run) hugeMulti() bool {
	letter := r.drawClient()
	if letter == 0 {
		return false
	}
	req, line := multiOf(&r.rng, 50+below(&r.rng, 150))
	return r.ask(letter, req, line)
}

// closeBusy closes a session that has asked for something.
func (r *run) closeBusy() bool {
	letter := r.drawClient()
	if letter == 0 {
		return false
	}
	for range 3 {
		req, line := drawRequest(&r.rng)
		r.ask(letter, req, line)
	}
	return r.do(Command{Verb: CloseClient, Client: letter, Line: letter.String() + ": close"})
}
