// Package peers carries messages between the servers of an ensemble, over WebSockets. Of each pair
// of servers the one with the higher id keeps an election link to the other; a learner opens a
// quorum link to its leader when its node asks. Both come to the one port of server.N lines.
//
// A link begins with a handshake in which both sides prove that they know the cluster secret
// (hello.go), and is sealed from then on: every frame is encrypted and numbered under keys of its
// own connection and direction (seal.go), so nothing can be read, replayed, reflected or put in.
// Until a link has proved itself only frames of a kilobyte are read.
//
// What a link carries is a stream of messages. One goroutine reads it, one writes it: all messages
// that wait leave in one frame (link.go). Every link has a number of its own. Its inputs are, in
// this order, one PeerUp, the messages, and one PeerDown, all with that number in Input.Conn, and a
// link that has ended is never mended: after a break a new one begins with PeerUp. So nothing is
// repeated, skipped or overtaken within a link.
//
// Anybody can connect to a port. What strangers may cost is bounded: the handshakes at one time,
// their length, the failures of one address, the size of a message before it has come.
package peers
