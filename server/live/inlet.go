package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// Waits between attempts to reach a node, and what it may send.
const (
	retryFirst   = 50 * time.Millisecond
	retryMax     = time.Second
	dialMax      = 2 * time.Second
	feedFrameMax = 64 << 20
)

// inlet listens to the feed of one node. Its fields belong to the relay's mutex.
type inlet struct {
	relay  *Relay
	server Server
	cancel context.CancelFunc // nil while nobody watches
	heard  bool               // a stream is open and has brought something
	gone   string             // why there is no stream; "" while that is not known
	thin   []byte             // the line that says that it is sampled; nil while it is not
	wants  chan struct{}      // holds one token while a viewer waits for a description
}

func newInlet(r *Relay, s Server) *inlet {
	return &inlet{relay: r, server: s, wants: make(chan struct{}, 1)}
}

// open begins to listen, if it does not.
func (i *inlet) open() {
	if i.cancel != nil || i.relay.ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithCancel(i.relay.ctx)
	i.cancel = cancel
	i.relay.work.Go(func() { i.run(ctx) })
}

// shut ends listening.
func (i *inlet) shut() {
	if i.cancel != nil {
		i.cancel()
	}
	i.cancel, i.heard, i.gone, i.thin = nil, false, "", nil
}

// tell lets a viewer that comes late have what the node is.
func (i *inlet) tell(v *viewer) {
	switch {
	case i.heard:
		i.tellThin(v)
		i.ask()
	case i.gone != "":
		v.out.must(i.goneLine())
	}
}

// tellThin tells whether the node is sampled; that it is not, only who may have heard otherwise.
func (i *inlet) tellThin(v *viewer) {
	_, again := v.heard[i.server.ID]
	switch {
	case i.thin != nil:
		v.out.must(i.thin)
	case again:
		v.out.must(thin(i.server.ID, 1))
	}
}

func (i *inlet) ask() {
	select {
	case i.wants <- struct{}{}:
	default:
	}
}

func (i *inlet) goneLine() []byte {
	return line{Gone: &gone{i.server.ID, i.gone}}.append(nil)
}

// run connects, and connects again, until ctx ends.
func (i *inlet) run(ctx context.Context) {
	wait := retryFirst
	for ctx.Err() == nil {
		began := time.Now()
		err := i.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		i.lose(ctx, err)
		if time.Since(began) > retryMax {
			wait = retryFirst
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		wait = min(2*wait, retryMax)
	}
}

// lose tells the viewers that the stream has ended, the first time.
func (i *inlet) lose(ctx context.Context, err error) {
	r := i.relay
	r.mu.Lock()
	defer r.mu.Unlock()
	if ctx.Err() != nil { // shut meanwhile
		return
	}
	was := i.gone
	i.heard, i.gone, i.thin = false, err.Error(), nil
	for _, v := range r.viewers {
		delete(v.knows, i.server.ID)
	}
	if was != i.gone {
		r.cfg.Log.Info("no trace", "server", i.server.ID.String(), "why", i.gone)
		r.toAll(i.goneLine())
	}
}

// listen takes one stream until it ends, and says why it did.
func (i *inlet) listen(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ws, err := i.dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = ws.CloseNow() }()
	ws.SetReadLimit(feedFrameMax)
	go func() {
		for {
			select {
			case <-i.wants:
				if ws.Write(ctx, websocket.MessageText, []byte(describeWord)) != nil {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		_, frame, err := ws.Read(ctx)
		if err != nil {
			return streamError(err)
		}
		if err := i.receive(frame); err != nil {
			return err
		}
	}
}

// dial opens the WebSocket; its error is for the viewers.
func (i *inlet) dial(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialMax)
	defer cancel()
	header := http.Header{"Authorization": {"Bearer " + i.relay.cfg.NodeToken}}
	ws, answer, err := websocket.Dial(ctx, "ws://"+i.server.HTTP+FeedPath,
		&websocket.DialOptions{
			HTTPHeader: header, Subprotocols: []string{FeedProtocol},
			CompressionMode: websocket.CompressionDisabled,
		})
	switch {
	case err == nil && ws.Subprotocol() != FeedProtocol:
		_ = ws.CloseNow()
		return nil, errors.New("the node speaks another version of the trace")
	case err == nil:
		return ws, nil
	case answer != nil && answer.StatusCode != http.StatusSwitchingProtocols:
		why, _ := io.ReadAll(io.LimitReader(answer.Body, 200))
		return nil, fmt.Errorf("the node refuses the relay: %s", strings.TrimSpace(string(why)))
	case ctx.Err() != nil:
		return nil, errors.New("the node does not answer")
	}
	return nil, errors.New("nothing listens there: the node does not run")
}

// streamError says why a stream ended, without addresses that change every time.
func streamError(err error) error {
	var closed websocket.CloseError
	switch {
	case errors.As(err, &closed):
		return fmt.Errorf("the node closed its trace: %s", closed.Reason)
	case errors.Is(err, websocket.ErrMessageTooBig):
		return errors.New("the node sent more than a frame may have")
	}
	return errors.New("the connection to the node broke")
}

// receive takes one frame of the node.
func (i *inlet) receive(frame []byte) error {
	first, rest, _ := bytes.Cut(frame, []byte("\n"))
	var l line
	if err := json.Unmarshal(first, &l); err != nil {
		return errors.New("the node sent what is no trace")
	}
	switch {
	case l.From != nil && l.From.Node == i.server.ID:
		i.events(l.From, rest)
	case l.Sampled != nil && l.Sampled.Node == i.server.ID:
		i.sample(l.Sampled, frame)
	default:
		return errors.New("the node sent what is no trace of it")
	}
	return nil
}

// sample tells the viewers that the node's transactions are sampled, or no more.
func (i *inlet) sample(s *sampled, frame []byte) {
	i.relay.mu.Lock()
	defer i.relay.mu.Unlock()
	i.thin = frame
	if s.Of <= s.Kept {
		i.thin = nil
	}
	i.relay.toAll(frame)
}

// events gives viewers the events of a frame, or the description that it is.
func (i *inlet) events(head *from, body []byte) {
	head.Ms = i.relay.ms()
	frame := append(line{From: head}.append(nil), body...)
	r := i.relay
	r.mu.Lock()
	defer r.mu.Unlock()
	i.heard, i.gone = true, ""
	if first, _, _ := bytes.Cut(body, []byte("\n")); bytes.HasPrefix(first, []byte(`{"state":`)) {
		var l line
		told := json.Unmarshal(first, &l) == nil && l.State != nil
		for _, v := range r.viewers {
			if _, knows := v.knows[head.Node]; told && (l.State.Lost || !knows) {
				v.learn(head, frame)
			}
		}
		return
	}
	for _, v := range r.viewers {
		if head.After == 0 {
			v.knows[head.Node] = 0 // the start of a node explains itself
		}
		v.take(head, frame)
	}
}
