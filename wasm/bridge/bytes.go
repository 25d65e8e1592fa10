package bridge

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/trace"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/ui"
	"github.com/zabscope/zabscope/web/view"
)

// lengthSize is the length in front of every frame of a client.
const lengthSize = 4

// inspector describes what is selected, a message with its bytes.
func (b *Bridge) inspector(m *view.Model) ui.Inspector {
	in := ui.BuildInspector(m, b.look, b.text)
	if name, ok := strings.CutPrefix(in.Target, "message-"); ok {
		if f := m.Flight(name); f != nil {
			in.Bytes = b.bytesOf(f.Msg)
		}
	}
	return in
}

// whyPanel explains the event that is open, with the bytes of the message that it is about.
func (b *Bridge) whyPanel() ui.WhyPanel {
	chain := b.log().why(b.look.Log.Why)
	p := ui.BuildWhy(chain, b.text)
	p.Bytes = b.bytesOf(messageOf(chain))
	return p
}

// messageOf returns what was sent, when the last event of a chain is about a message. That one is
// held or has arrived is told after it was sent.
func messageOf(chain []trace.Event) trace.Detail {
	for i := len(chain) - 1; i >= 0; i-- {
		e := &chain[i]
		if e.Kind.Info().Group != trace.GroupMessage {
			return nil
		}
		if e.Msg != nil {
			return e.Msg
		}
	}
	return nil
}

// bytesOf lists the fields of a message as the codec writes and reads it, nil for what is none.
func (b *Bridge) bytesOf(d trace.Detail) *ui.Bytes {
	frame, fields, peer := dissect(d)
	if len(fields) == 0 {
		return nil
	}
	p := &ui.Bytes{Text: b.text, Size: len(frame), Peer: peer}
	from := 0
	if !peer {
		from = lengthSize
		p.Add(0, frame[:from], "len", strconv.Itoa(len(frame)-from))
	}
	for _, f := range fields {
		at := from + f.Off
		p.Add(at, frame[at:at+f.Len], f.Name, f.Value)
	}
	return p
}

// dissect writes a message and reads its fields back.
func dissect(d trace.Detail) (frame []byte, fields []wire.Field, peer bool) {
	switch m := d.(type) {
	case *step.Message:
		frame = wire.AppendMessage(nil, m)
		return frame, wire.DissectMessage(frame), true
	case *zk.Request:
		connects := m.Op == zk.OpConnect
		if connects {
			frame = wire.AppendConnect(nil, m, true)
		} else {
			frame = wire.AppendClientRequest(nil, m)
		}
		return frame, wire.Dissect(frame[lengthSize:], connects), false
	case *step.ToClient:
		switch {
		case m.Kind == step.Close:
			return nil, nil, false
		case m.Kind == step.Reply && m.Op == zk.OpConnect:
			frame = wire.AppendConnectReply(nil, m, true)
		default:
			frame = wire.AppendReply(nil, m)
		}
		return frame, wire.DissectReply(frame[lengthSize:], m.Op), false
	}
	return nil, nil, false
}
