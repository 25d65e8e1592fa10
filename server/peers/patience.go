package peers

import (
	"context"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/zabscope/zabscope/core/zk"
)

// strangers counts the failed handshakes of addresses. Only addresses that have failed lately are
// remembered.
type strangers struct {
	rate, burst float64

	mu   sync.Mutex
	used map[netip.Addr]*bucket
}

// bucket fills with every use and empties with time.
type bucket struct {
	level float64
	at    time.Time
}

func (b *bucket) now(rate float64, now time.Time) float64 {
	b.level = max(0, b.level-now.Sub(b.at).Seconds()*rate)
	b.at = now
	return b.level
}

const strangersMax = 10_000

// mayTry reports whether the address may begin a handshake.
func (s *strangers) mayTry(from netip.Addr, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.used[from]
	return b == nil || b.now(s.rate, now)+1 <= s.burst
}

func (s *strangers) failed(from netip.Addr, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used == nil || len(s.used) >= strangersMax {
		s.used = map[netip.Addr]*bucket{}
	}
	b := s.used[from]
	if b == nil {
		b = &bucket{at: now}
		s.used[from] = b
	}
	b.level = min(b.now(s.rate, now)+1, s.burst)
}

// notices keeps a log from saying the same thing over and over.
type notices struct {
	mu   sync.Mutex
	said map[string]time.Time
}

const (
	noticeEvery = 30 * time.Second
	noticesMax  = 1_000
)

// isNew reports whether the text has not been said lately.
func (n *notices) isNew(text string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if last, said := n.said[text]; said && now.Sub(last) < noticeEvery {
		return false
	}
	if n.said == nil || len(n.said) >= noticesMax {
		n.said = map[string]time.Time{}
	}
	n.said[text] = now
	return true
}

// notice tells once in a while why a link could not be opened.
func (n *Net) notice(peer zk.ServerID, ch zk.Channel, err error) {
	if n.isClosed() || !n.notices.isNew(peer.String()+err.Error(), time.Now()) {
		return
	}
	n.cfg.Log.Info("no link", "peer", peer.String(), "channel", channelName(ch),
		"address", n.cfg.Addresses[peer], "why", err.Error())
}

// pings ends a connection that sends more of them than any server does.
type pings struct {
	ws     atomic.Pointer[websocket.Conn]
	bucket bucket // of the reader alone
}

func newPings() *pings { return &pings{bucket: bucket{at: time.Now()}} }

func (p *pings) take(context.Context, []byte) bool {
	if p.bucket.now(pingsMax, time.Now())+1 > pingsBurst {
		if ws := p.ws.Load(); ws != nil {
			go func() { _ = ws.CloseNow() }()
		}
		return false
	}
	p.bucket.level++
	return true
}
