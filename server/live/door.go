package live

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// Protocol is the WebSocket subprotocol between a relay and the page.
const Protocol = "zabscope-live.1"

// Path is where the page finds the relay.
const Path = "/live"

// Why a viewer's WebSocket is closed.
const (
	codeToken     websocket.StatusCode = 4001
	codeProtocol  websocket.StatusCode = 4003
	codeTooMany   websocket.StatusCode = 4004
	codeMalformed websocket.StatusCode = 4005
	codeSlow      websocket.StatusCode = 4006
)

// Bounds of what viewers may ask.
const (
	tokenWait  = 5 * time.Second // for the first frame
	viewersMax = 32
	frameMax   = 8 << 10 // bytes of what a viewer says
)

// Rights are what a viewer may do.
type Rights string

// The rights, each with those before it.
const (
	Watch  Rights = "watch"  // see everything
	Act    Rights = "act"    // and use clients
	Faults Rights = "faults" // and break links and servers
)

// ServeHTTP takes a viewer's WebSocket, if it is of a page that this process served.
func (r *Relay) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if status, why := r.turnAway(req); why != "" {
		http.Error(w, why, status)
		return
	}
	ws, err := websocket.Accept(w, req, &websocket.AcceptOptions{
		Subprotocols: []string{Protocol}, CompressionMode: websocket.CompressionDisabled,
		InsecureSkipVerify: true, // turnAway has compared the Origin, and more exactly
	})
	if err != nil {
		return // it has been answered
	}
	defer func() { _ = ws.CloseNow() }()
	if ws.Subprotocol() != Protocol {
		refuse(ws, &refusal{codeProtocol, "this server speaks " + Protocol +
			", which the page does not: load the page again"})
		return
	}
	ws.SetReadLimit(frameMax)
	rights, err := r.admit(ws)
	if err != nil {
		refuse(ws, err)
		return
	}
	v := newViewer(r, ws, rights)
	if err := r.join(v); err != nil {
		refuse(ws, err)
		return
	}
	defer r.leave(v)
	v.run()
}

// turnAway judges a request by its headers: Host and Origin must be this very page's.
func (r *Relay) turnAway(req *http.Request) (status int, why string) {
	origin := req.Header.Values("Origin")
	switch {
	case !r.cfg.KnowsHost(req.Host):
		return http.StatusMisdirectedRequest, "this server is not reached under that name"
	case !strings.EqualFold(req.Header.Get("Upgrade"), "websocket"):
		return http.StatusUpgradeRequired, "here is a WebSocket"
	case len(origin) != 1 || !strings.EqualFold(origin[0], scheme(req)+req.Host):
		return http.StatusForbidden, "only the page of this address may watch: open the link that" +
			" was printed"
	}
	return 0, ""
}

// scheme is how the page was served that this request is from.
func scheme(req *http.Request) string {
	if req.TLS != nil {
		return "https://"
	}
	return "http://"
}

// refusal is why a WebSocket is closed.
type refusal struct {
	code websocket.StatusCode
	why  string
}

func (r *refusal) Error() string { return r.why }

func refuse(ws *websocket.Conn, err error) {
	var r *refusal
	if !errors.As(err, &r) {
		r = &refusal{codeMalformed, err.Error()}
	}
	const reasonMax = 123 // bytes, of a close frame
	_ = ws.Close(r.code, r.why[:min(len(r.why), reasonMax)])
}

// admit reads the first frame, which has the token, and returns what it allows.
func (r *Relay) admit(ws *websocket.Conn) (Rights, error) {
	late := &refusal{codeMalformed, fmt.Sprintf("no token within %v", tokenWait)}
	timer := time.AfterFunc(tokenWait, func() { refuse(ws, late) })
	defer timer.Stop()
	_, text, err := ws.Read(r.ctx)
	if err != nil {
		return "", late
	}
	said, err := decodeSaid(text)
	if err != nil || said.token == "" {
		return "", &refusal{codeMalformed, `the first frame must be {"token":"..."}`}
	}
	rights := Rights("")
	for _, key := range r.cfg.Keys {
		if subtle.ConstantTimeCompare([]byte(key.Token), []byte(said.token)) == 1 {
			rights = key.Rights
		}
	}
	if rights == "" {
		return "", &refusal{codeToken, "this is not the token of this ensemble: open the link" +
			" that was printed at its start"}
	}
	return rights, nil
}
