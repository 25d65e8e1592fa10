package main

import (
	"cmp"
	"log/slog"

	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/zk"
)

// report tells the operator what an operator wants to know: who leads, and why no longer.
func report(log *slog.Logger, events []trace.Event) {
	for i := range events {
		e := &events[i]
		switch {
		case e.Kind == trace.LeaderLost:
			log.Warn("leader lost", "leader", e.Peer.String(), "why", e.Why.String(),
				"epoch", uint32(e.Epoch))
		case e.Kind == trace.RoleChanged && e.Role != zk.Looking:
			log.Info("elected", "role", e.Role.String(), "leader", e.Peer.String(),
				"why", e.Why.String())
		case e.Kind == trace.PhaseChanged && e.Phase == zk.Broadcast:
			log.Info("serving", "role", e.Role.String(), "leader", cmp.Or(e.Peer, e.Node).String())
		case e.Kind == trace.Refused && e.Peer != 0:
			log.Warn("message refused", "peer", e.Peer.String(), "type", e.Type.String(),
				"why", e.Why.String())
		}
	}
}
