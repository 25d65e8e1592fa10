package ui

import "github.com/zabscope/zabscope/core/zk"

// messageTypes names every type of message with its family, by number: the page draws arrows of
// messages that it knows by their numbers alone.
func messageTypes() string {
	var all []byte
	for t := range zk.MsgTypeCount {
		m := zk.MsgType(t)
		if t > 0 {
			all = append(all, ' ')
		}
		all = append(all, m.String()...)
		all = append(all, ':')
		all = append(all, FamilyName(m.Family())...)
	}
	return string(all)
}
