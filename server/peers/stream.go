package peers

import (
	"fmt"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// A link is a stream of messages, each behind its length; the highest bit of the length says that
// the message is a snapshot. Frames cut the stream anywhere.
const (
	prefix       = 4
	snapshotFlag = 1 << 31

	notificationMax = 1 << 10   // bytes of a message on the election channel
	messageMax      = 128 << 20 // of one on the quorum channel that is no snapshot
	snapshotMax     = 1<<31 - 1
)

// appendMessage appends a message with its length.
func appendMessage(b []byte, m *step.Message) []byte {
	from := len(b)
	b = append(b, 0, 0, 0, 0)
	b = wire.AppendMessage(b, m)
	length := uint32(len(b) - from - prefix)
	if m.Type == zk.Snap {
		length |= snapshotFlag
	}
	order.PutUint32(b[from:], length)
	return b
}

// inflow cuts what arrives into messages again. One that lies within a frame shares its memory;
// one that does not grows with what has come, and is the only one that does.
type inflow struct {
	channel zk.Channel
	part    []byte // the beginning of a message, with its length
}

// feed takes the plain bytes of a frame and hands on every message that they complete.
func (f *inflow) feed(b []byte, take func([]byte) error) error {
	for len(b) > 0 {
		if len(f.part) > 0 {
			whole, rest, err := f.join(b)
			if err != nil || whole == nil {
				return err
			}
			if err := take(whole); err != nil {
				return err
			}
			b = rest
			continue
		}
		size, err := f.size(b)
		if err != nil {
			return err
		}
		if size < 0 || len(b) < prefix+size {
			f.part = append([]byte(nil), b...)
			return nil
		}
		if err := take(b[prefix : prefix+size : prefix+size]); err != nil {
			return err
		}
		b = b[prefix+size:]
	}
	return nil
}

// join adds to the message that has begun. Whole is nil while something is missing.
func (f *inflow) join(b []byte) (whole, rest []byte, err error) {
	if missing := prefix - len(f.part); missing > 0 {
		n := min(missing, len(b))
		f.part, b = append(f.part, b[:n]...), b[n:]
	}
	size, err := f.size(f.part)
	if err != nil || size < 0 {
		return nil, nil, err
	}
	n := min(prefix+size-len(f.part), len(b))
	f.part, b = append(f.part, b[:n]...), b[n:]
	if len(f.part) < prefix+size {
		return nil, nil, nil
	}
	whole, f.part = f.part[prefix:], nil
	return whole, b, nil
}

// size returns the length of the message that b begins with, -1 if even that has not come.
func (f *inflow) size(b []byte) (int, error) {
	if len(b) < prefix {
		return -1, nil
	}
	length := order.Uint32(b)
	limit := uint32(messageMax)
	switch {
	case f.channel == zk.ElectionChannel:
		limit = notificationMax
	case length&snapshotFlag != 0:
		limit, length = snapshotMax, length&^snapshotFlag
	}
	if length == 0 || length > limit {
		return 0, fmt.Errorf("a message of %d bytes, where %d are allowed", length, limit)
	}
	return int(length), nil
}
