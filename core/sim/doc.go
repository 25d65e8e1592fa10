// Package sim is the virtual world: servers, clients, network, disks and clocks in one process, in
// one order. A World is a value that a seed and a list of commands decide completely: the same two
// give the same events on every machine, native or WebAssembly.
//
// Time is a heap of things that will happen. Step lets the earliest happen: one server or client
// takes one step, and what it put out goes into the heap. There are no goroutines.
//
// The network has two channels for each pair of servers, as Apache uses two ports. Both are FIFO.
// The election channel loses messages one by one. The quorum channel is a connection: when it loses
// something, everything after that in the same direction is lost too, and nobody is told.
//
// The disk keeps what the file log of a real server keeps, byte for byte, and a restart reads it
// with the same code.
//
// Randomness is one stream for each subject (a link, a disk, a client), so that a draw in one place
// does not shift the others.
//
// A Timeline adds the past: checkpoints to go back to, a journal of commands, and branches.
package sim
