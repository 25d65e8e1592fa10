package live

import (
	"cmp"
	"context"

	"github.com/coder/websocket"

	"github.com/zabscope/zabscope/core/zk"
)

const (
	viewerMax = 8 << 20 // bytes that wait for one viewer, where the relay is told nothing else
	doingMax  = 8       // lines of one viewer that are carried out at the same time
)

// viewer is one page that watches.
type viewer struct {
	relay  *Relay
	ws     *websocket.Conn
	rights Rights
	out    *outbox
	ctx    context.Context // ends with the connection
	cancel context.CancelFunc
	doing  chan struct{} // one for each line that is being carried out

	// Of the relay's mutex.
	knows map[zk.ServerID]uint64 // the last event of each node that it can follow
	heard map[zk.ServerID]uint64 // the last event of each node that it was given at all
	lost  bool                   // it was too slow, and is told everything anew
}

func newViewer(r *Relay, ws *websocket.Conn, rights Rights) *viewer {
	v := &viewer{
		relay: r, ws: ws, rights: rights, out: newOutbox(cmp.Or(r.cfg.ViewerBytes, viewerMax)),
		doing: make(chan struct{}, doingMax), knows: map[zk.ServerID]uint64{},
		heard: map[zk.ServerID]uint64{},
	}
	v.ctx, v.cancel = context.WithCancel(r.ctx)
	return v
}

// take gives the viewer events of a node, if it can understand them. The caller has the relay's
// mutex.
func (v *viewer) take(head *from, frame []byte) {
	if _, follows := v.knows[head.Node]; !follows || v.lost {
		return
	}
	if !v.out.put(frame) {
		v.lost = true
		return
	}
	v.knows[head.Node], v.heard[head.Node] = head.Last, head.Last
}

// learn gives the viewer the description of a node. The caller has the relay's mutex.
func (v *viewer) learn(head *from, frame []byte) {
	if v.lost {
		return
	}
	if after, again := v.heard[head.Node]; again {
		missing := gap{head.source, after, head.Last + 1}
		frame = append(line{Gap: &missing}.append(nil), frame...)
	}
	if !v.out.put(frame) {
		v.lost = true
		return
	}
	v.knows[head.Node], v.heard[head.Node] = head.Last, head.Last
}

// run serves the viewer until it goes.
func (v *viewer) run() {
	defer v.cancel()
	go v.listen()
	for {
		frames := v.out.take(v.ctx)
		if frames == nil {
			v.bye()
			return
		}
		for _, frame := range frames {
			if !v.write(frame) {
				return
			}
			if v.out.wrote(len(frame)) {
				v.caughtUp()
			}
		}
	}
}

func (v *viewer) write(frame []byte) bool {
	ctx, cancel := context.WithTimeout(v.ctx, writeMax)
	defer cancel()
	err := v.ws.Write(ctx, websocket.MessageText, frame)
	if err != nil && ctx.Err() != nil && v.ctx.Err() == nil {
		refuse(v.ws, &refusal{codeSlow, "the page has read nothing for a while: load it again"})
	}
	return err == nil
}

// bye tells why the connection ends.
func (v *viewer) bye() {
	if v.relay.ctx.Err() != nil {
		_ = v.ws.Close(websocket.StatusGoingAway, "the ensemble ends")
	}
}

// caughtUp tells a viewer that was too slow everything anew.
func (v *viewer) caughtUp() {
	v.relay.mu.Lock()
	defer v.relay.mu.Unlock()
	if v.lost {
		v.relay.catchUp(v)
	}
}

// listen takes the viewer's lines.
func (v *viewer) listen() {
	defer v.cancel()
	for {
		_, text, err := v.ws.Read(v.ctx)
		if err != nil {
			return
		}
		said, err := decodeSaid(text)
		if err != nil || said.do == 0 {
			refuse(v.ws, &refusal{codeMalformed, `a frame must be {"do":1,"line":"..."}`})
			return
		}
		select {
		case v.doing <- struct{}{}:
		case <-v.ctx.Done():
			return
		}
		go func() {
			defer func() { <-v.doing }()
			result := v.relay.do(v.rights, said.line)
			v.out.must(line{Done: said.do, outcome: &result}.append(nil))
		}()
	}
}
