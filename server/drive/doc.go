// Package drive is the hands of one node. A node only decides; a Driver brings it what happens and
// carries out what it wants done.
//
// One goroutine owns the node. It takes inputs from the clients, the peers, the disk and the clock,
// steps the node, and when nothing waits, a batch is full or a link changes, hands the outputs on.
// Two more goroutines belong to the disk: one appends to the log, all that has gathered with one
// flush, the other saves snapshots beside it. Nothing that the node must wait for is decided here:
// it holds back itself what depends on the disk.
//
// A broken invariant, or a disk that does not take a write, ends the driver: the process restarts
// from what is durable.
package drive
