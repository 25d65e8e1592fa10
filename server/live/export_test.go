package live

// On reports whether the feed takes events.
func (f *Feed) On() bool { return f.on.Load() }

// Drop ends the connections of all subscribers.
func (f *Feed) Drop() { f.each(func(s *subscriber) { s.cancel() }) }
