// Package check judges a run by its trace alone: it folds events into what each server holds and
// compares that with what the Zab specifications, and we, promise. Because it needs nothing but
// events it stays on in the browser, and judges a live cluster or a recorded file just as well.
//
// The yardstick is one committed history, done. A transaction is in it when a quorum of voters has
// it on disk in the established epoch that proposed it, when it belongs to the history that an
// established leader brought, or when some server delivered it. Every log carries rolling hashes,
// so "equal up to here" is one comparison and each event costs a constant.
//
// The files are the families: zab.go and history.go for leadership, epochs and the histories,
// disk.go for what must be durable before it is said, message.go for who may say what, election.go,
// session.go and state.go for clients and what they own, liveness.go for the time after a heal.
// names.go has the table of all invariants.
//
// A checker is fair (reference/invariants.md §5): nothing is asserted about a log beyond what is
// committed, an operation that lost its connection has no known result, and what happens after the
// disk of a voter was wiped is marked Outside, since no majority protocol survives amnesia.
package check
