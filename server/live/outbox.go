package live

import (
	"context"
	"sync"
)

// outbox is the frames that wait to be written to one WebSocket. Whoever puts one in never waits.
type outbox struct {
	mu     sync.Mutex
	frames [][]byte
	bytes  int
	max    int           // bytes that may wait
	wake   chan struct{} // holds one token while there is something to do
}

func newOutbox(bytesMax int) *outbox {
	return &outbox{max: bytesMax, wake: make(chan struct{}, 1)}
}

// put queues a frame, which nobody writes to any more. It returns false when there is no room.
func (o *outbox) put(frame []byte) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bytes > 0 && o.bytes+len(frame) > o.max {
		return false
	}
	o.frames = append(o.frames, frame)
	o.bytes += len(frame)
	o.stir()
	return true
}

// must queues a frame also where there is no room: an answer, which is short.
func (o *outbox) must(frame []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.frames = append(o.frames, frame)
	o.bytes += len(frame)
	o.stir()
}

func (o *outbox) stir() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// take returns what waits, and waits for something; nil when ctx has ended.
func (o *outbox) take(ctx context.Context) [][]byte {
	for {
		o.mu.Lock()
		frames := o.frames
		o.frames = nil
		o.mu.Unlock()
		if len(frames) > 0 {
			return frames
		}
		select {
		case <-o.wake:
		case <-ctx.Done():
			return nil
		}
	}
}

// wrote makes room for as many bytes, and reports whether nothing waits any more.
func (o *outbox) wrote(bytes int) (idle bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bytes -= bytes
	return o.bytes == 0
}

// hasRoom reports whether less than half of what may wait does.
func (o *outbox) hasRoom() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes <= o.max/2
}
