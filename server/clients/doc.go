// Package clients is the client port of one node: it speaks ZooKeeper's own protocol over TCP, so
// that any ZooKeeper client works, and answers the four-letter words.
//
// The port keeps the node away from the network. A connection has two goroutines: one reads frames,
// decodes them and posts requests, the other encodes what the node answers and writes it. Between
// both and the node are bounded queues: who asks faster than the node answers, or faster than it
// reads itself, is no longer read from. Everything that a stranger may send, and how long, how
// often and how much of it, has a limit here; the limits are the fields of Config and Limits.
package clients
