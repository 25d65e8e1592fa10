// Package replay runs recorded scripts of clients against a server and tells where it answers
// otherwise than Apache ZooKeeper 3.8.0 did when they were recorded. A script is a case of the
// corpus in core/wire/testdata: what several connections ask, step by step, and what they saw.
//
// A case runs over a Transport, which carries bytes and waits: the TCP port of any server (Dial),
// or servers that live inside this process on a clock of their own (Boot), where a case that waits
// for a session to expire takes no time. In both, requests and replies are frames of core/wire.
//
// What differs from run to run is made comparable first: zxids count from where the case began,
// session ids go by the name of the connection that opened the session, times only say whether a
// znode was changed after it was created.
package replay
