package live

// On reports whether the feed takes events.
func (f *Feed) On() bool { return f.on.Load() }

// Drop ends the connections of all subscribers.
func (f *Feed) Drop() { f.each(func(s *subscriber) { s.cancel() }) }

// LostViewers returns how many viewers have been too slow, and wait to be told everything anew.
func LostViewers(r *Relay) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, v := range r.viewers {
		if v.lost {
			n++
		}
	}
	return n
}
