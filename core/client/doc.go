// Package client is a ZooKeeper client session as a machine: what Apache's Java client does between
// the application's calls and the socket, without threads, sockets or clocks.
//
// A Session is driven like a server: one Input goes in, an Output comes back. It finds a server,
// keeps the session alive with pings, moves on when a server is silent, resumes the session with
// its password, restores its watches, and gives every operation exactly one result. It sends
// nothing twice: an operation whose reply did not come before the connection was lost returns
// ConnectionLoss, and whether it took effect is unknown.
package client
