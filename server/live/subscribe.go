package live

import (
	"context"
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/wire"
)

// FeedProtocol is the WebSocket subprotocol between a feed and a relay.
const FeedProtocol = "zabscope-trace.1"

// FeedPath is where a node's feed is.
const FeedPath = "/trace"

// describeWord is what a subscriber sends to be told the node's state again.
const describeWord = "state"

const writeMax = 10 * time.Second // for one frame

// subscriber is a relay that listens to a feed. Its fields belong to the feed's mutex.
type subscriber struct {
	out    *outbox
	cancel context.CancelFunc
	lost   bool // what comes next cannot be understood from what it was given
	asks   bool // wants a description for somebody who listens to it
}

// ServeHTTP takes a relay's WebSocket: not a browser's, and only with the token.
func (f *Feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if status, why := f.turnAway(r); why != "" {
		http.Error(w, why, status)
		return
	}
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{FeedProtocol}, CompressionMode: websocket.CompressionDisabled,
		InsecureSkipVerify: true, // there is no Origin header at all
	})
	if err != nil {
		return // it has been answered
	}
	defer func() { _ = ws.CloseNow() }()
	ws.SetReadLimit(int64(len(describeWord)))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := &subscriber{out: newOutbox(subscriberMax), cancel: cancel}
	if !f.join(s) {
		_ = ws.Close(websocket.StatusTryAgainLater, "this node has enough subscribers, or it ends")
		return
	}
	defer f.leave(s)
	f.describe()
	go f.listen(ctx, ws, s)
	f.write(ctx, ws, s)
}

func (f *Feed) turnAway(r *http.Request) (status int, why string) {
	given, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case len(r.Header.Values("Origin")) > 0:
		return http.StatusForbidden, "nodes do not speak with web pages; the page that zabscope" +
			" ensemble serves does"
	case !isBearer || f.token == "" ||
		subtle.ConstantTimeCompare([]byte(given), []byte(f.token)) != 1:
		return http.StatusUnauthorized, "this needs the token of the node: ZABSCOPE_TOKEN"
	case !offers(r, FeedProtocol):
		return http.StatusBadRequest, "this node speaks " + FeedProtocol +
			", which the other does not offer: the versions differ"
	}
	return 0, ""
}

// offers reports whether a request names a subprotocol.
func offers(r *http.Request, protocol string) bool {
	for _, line := range r.Header.Values("Sec-WebSocket-Protocol") {
		for name := range strings.SplitSeq(line, ",") {
			if strings.TrimSpace(name) == protocol {
				return true
			}
		}
	}
	return false
}

// join takes a subscriber in. The first that comes soon hears the start; others are told the state.
func (f *Feed) join(s *subscriber) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed || len(f.subscribers) >= subscribersMax {
		return false
	}
	s.lost = !f.memory
	if f.of > 1 {
		s.out.must(thin(f.id, f.of))
	}
	f.memory = false
	f.subscribers = append(f.subscribers, s)
	f.on.Store(true)
	f.stir()
	return true
}

func (f *Feed) leave(s *subscriber) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.subscribers = slices.DeleteFunc(f.subscribers, func(o *subscriber) bool { return o == s })
	if len(f.subscribers) == 0 {
		f.forget()
		f.asked = false
	}
}

// listen takes what a subscriber says: that it wants the state.
func (f *Feed) listen(ctx context.Context, ws *websocket.Conn, s *subscriber) {
	defer s.cancel()
	for {
		_, text, err := ws.Read(ctx)
		if err != nil {
			return
		}
		if string(text) != describeWord {
			_ = ws.Close(codeMalformed, "a relay says only "+describeWord)
			return
		}
		f.mu.Lock()
		s.asks = true
		f.mu.Unlock()
		f.describe()
	}
}

// write sends what waits, until the connection or the feed ends.
func (f *Feed) write(ctx context.Context, ws *websocket.Conn, s *subscriber) {
	for {
		frames := s.out.take(ctx)
		if frames == nil {
			_ = ws.Close(websocket.StatusGoingAway, "the node ends")
			return
		}
		for _, frame := range frames {
			soon, cancel := context.WithTimeout(ctx, writeMax)
			err := ws.Write(soon, websocket.MessageText, frame)
			cancel()
			if err != nil {
				return
			}
			s.out.wrote(len(frame))
		}
		f.describe()
	}
}

// paint returns a tree as it is told, without its znodes when they are too many.
func (f *Feed) paint(db *tree.DB) *picture {
	p := &picture{Node: f.id, Zxid: db.Zxid().String(), Znodes: db.ZnodeCount()}
	var b []byte
	for piece := range wire.SnapshotPieces(db, 64<<10) {
		if b = append(b, piece...); len(b) > pictureMax {
			return p
		}
	}
	p.Snapshot = b
	return p
}
