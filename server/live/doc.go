// Package live brings what real nodes do onto a page.
//
// A Feed is in every node: it takes the node's events, and does nothing with them while nobody
// listens. A Relay is in the process that serves the page: it listens to the feeds of all nodes and
// gives every viewer the same lines, one JSON value each: events as core/trace writes them, and
// between them what is said about the events (lines.go). Nobody waits for somebody slower: where a
// queue is full, events are left out, that is said, and a description of the node follows from
// which a reader can go on.
package live
