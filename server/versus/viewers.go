package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/zabscope/zabscope/core/trace"
	zab "github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/fleet"
	"github.com/zabscope/zabscope/server/live"
)

// crowds of viewers whose cost is compared, and the pace at which the lag is measured.
var viewerCounts = [...]int{0, 1, 10}

const (
	pacedWorkers = 40
	pacedEvery   = 20 * time.Millisecond // of each: 2,000 writes a second together
)

// measureViewers shows what it costs the writers that pages watch, and how late the pages are.
func measureViewers(b *bench) error {
	f, err := b.start(b.makes[0], fleet.Size{Voters: 3})
	if err != nil {
		return err
	}
	defer f.Kill()
	c, err := newCrowd(f)
	if err != nil {
		return err
	}
	defer c.close()
	stage := newStage(f)
	defer stage.close()
	if _, err := c.run(loads[1], 3*time.Second); err != nil {
		return err
	}
	b.printf("\n## Viewers\n\nsetData of 128 B per second with 64 in flight, three servers," +
		" relay, viewers and load on this machine: the median of the rounds, (lowest–highest).\n" +
		"\n| Viewers | setData per second | less than without |\n|--:|--:|--:|\n")
	var rates, losses [len(viewerCounts)]series
	for range b.Rounds {
		for i, n := range viewerCounts {
			r, err := stage.watched(n, func() (result, error) {
				return c.run(loads[1], time.Duration(b.Seconds)*time.Second)
			})
			if err != nil {
				return err
			}
			rates[i] = append(rates[i], r.perSecond)
			losses[i] = append(losses[i], 100*(1-r.perSecond/rates[0][len(rates[0])-1]))
		}
	}
	for i, n := range viewerCounts {
		b.printf("| %d | %s | %s %% |\n", n, rates[i].show("%.0f"), losses[i].show("%.0f"))
	}
	return b.measureLag(c, stage)
}

// measureLag compares when a client has the answer to a write with when a viewer has its commit.
func (b *bench) measureLag(c *crowd, s *stage) error {
	var lags []time.Duration
	var rate float64
	_, err := s.watched(1, func() (result, error) {
		time.Sleep(time.Second)
		seen := s.viewers[0]
		answered, took := c.paced(time.Duration(b.Seconds) * time.Second)
		time.Sleep(time.Second)
		rate = float64(len(answered)) / took.Seconds()
		seen.mu.Lock()
		defer seen.mu.Unlock()
		for zxid, at := range answered {
			if shown, is := seen.commits[zxid]; is {
				lags = append(lags, shown.Sub(at))
			}
		}
		return result{}, nil
	})
	if err != nil || len(lags) == 0 {
		return fmt.Errorf("no commit was seen: %w", err)
	}
	slices.Sort(lags)
	b.printf("\nAt %.0f writes a second a viewer has the leader's commit later than the client its"+
		" answer by %s (median), %s (99 %%), %s (worst of %d).\n", rate, lags[len(lags)/2],
		lags[len(lags)*99/100], lags[len(lags)-1], len(lags))
	return nil
}

// paced writes at a steady pace and returns when each write was answered, by its zxid.
func (c *crowd) paced(during time.Duration) (answered map[int64]time.Time, took time.Duration) {
	answered = map[int64]time.Time{}
	var mu sync.Mutex
	var workers sync.WaitGroup
	began := time.Now()
	for i := range pacedWorkers {
		workers.Go(func() {
			time.Sleep(pacedEvery * time.Duration(i) / pacedWorkers)
			tick := time.NewTicker(pacedEvery)
			defer tick.Stop()
			for time.Since(began) < during {
				stat, err := c.conns[i%len(c.conns)].Set(pathOf(i), value, -1)
				now := time.Now()
				if err == nil {
					mu.Lock()
					answered[stat.Mzxid] = now
					mu.Unlock()
				}
				<-tick.C
			}
		})
	}
	workers.Wait()
	return answered, time.Since(began)
}

// stage is a relay of an ensemble and the pages that watch it.
type stage struct {
	relay   *live.Relay
	server  *httptest.Server
	viewers []*onlooker
}

const viewerToken = "a token for the viewers of this run"

func newStage(f *fleet.Fleet) *stage {
	cfg := live.Config{
		Log: slog.New(slog.DiscardHandler), KnowsHost: func(string) bool { return true },
		Keys: []live.Key{{Token: viewerToken, Rights: live.Watch}},
	}
	for _, m := range f.Members {
		address, token := m.HTTP()
		cfg.NodeToken = token
		cfg.Servers = append(cfg.Servers, live.Server{
			ID: zab.ServerID(m.ID), Voter: true, Client: m.Addr, HTTP: address,
		})
	}
	s := &stage{relay: live.NewRelay(cfg)}
	s.server = httptest.NewServer(s.relay)
	return s
}

func (s *stage) close() {
	s.relay.Close()
	s.server.Close()
}

// watched does something while n viewers watch. Without any it waits until nobody is listened to.
func (s *stage) watched(n int, do func() (result, error)) (result, error) {
	for range n {
		v, err := s.open()
		if err != nil {
			return result{}, err
		}
		s.viewers = append(s.viewers, v)
	}
	defer func() {
		for _, v := range s.viewers {
			_ = v.ws.CloseNow()
		}
		s.viewers = nil
		time.Sleep(live.LingerFor + time.Second)
	}()
	return do()
}

// onlooker is one viewer, who notes when the leader's commits came.
type onlooker struct {
	ws      *websocket.Conn
	mu      sync.Mutex
	commits map[int64]time.Time // by zxid
}

func (s *stage) open() (*onlooker, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, strings.Replace(s.server.URL, "http", "ws", 1),
		&websocket.DialOptions{
			HTTPHeader:   http.Header{"Origin": {s.server.URL}},
			Subprotocols: []string{live.Protocol},
		})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(64 << 20)
	first, err := json.Marshal(map[string]string{"token": viewerToken})
	if err != nil {
		return nil, err
	}
	v := &onlooker{ws: ws, commits: map[int64]time.Time{}}
	go v.read(len(s.viewers) == 0)
	return v, ws.Write(ctx, websocket.MessageText, first)
}

// read takes frames; only the first viewer looks into them.
func (v *onlooker) read(looks bool) {
	for {
		_, frame, err := v.ws.Read(context.Background())
		if err != nil {
			return
		}
		if looks {
			v.note(frame, time.Now())
		}
	}
}

func (v *onlooker) note(frame []byte, now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for text := range bytes.Lines(frame) {
		if !bytes.Contains(text, []byte(`"kind":"Committed"`)) {
			continue
		}
		e, err := trace.DecodeNDJSON(bytes.TrimSpace(text))
		if err == nil && e.Set != 0 { // the leader's
			v.commits[int64(e.Zxid)] = now
		}
	}
}
