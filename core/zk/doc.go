// Package zk holds ZooKeeper's words: zxids, epochs, votes, server sets, transactions, requests,
// replies, stats, error codes and message types. Every other package speaks in them.
//
// The package has values and small pure functions only. It knows no protocol: which vote wins is
// here because the order of votes is a property of votes; when to compare two votes is not.
// Values are plain structs that are copied freely. A []byte or slice inside a value that has
// crossed core/step is never written again by anyone, so values share memory without copies.
package zk
