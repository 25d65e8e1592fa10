// Package wire turns the core's values into bytes and back: messages between servers, transactions,
// log records and snapshots. It is the only place that knows a byte layout, so the simulator's
// disks and links and those of a real server are the same bytes, fuzzed once.
//
// Layout. Values are jute's, as in Apache: big-endian, a length before bytes, strings and vectors,
// -1 for null. On top of that the peer and disk formats are our own: a message has the fields that
// its type uses, a transaction or request those that are not zero, told by a leading set of bits.
//
// Clients. The frames of clients are Apache's to the byte (client.go), for clients of any language.
//
// Strictness. Of our own formats every value has one encoding and a decoder accepts no other, so
// decode and encode again gives the same bytes (of a snapshot the same state). Of clients a decoder
// accepts what Apache accepts. No decoder panics, and none allocates more than a constant times its
// input. It checks form only: whether a well-formed message makes sense is the node's business.
//
// Memory. Data and Password of what a decoder returns alias the input, which is given away.
// Encoders append and keep nothing.
//
// Disk. A log is a chain: the checksum of a record covers the record before it, so that records can
// be torn from the end and nothing else. Recover says what a disk holds; it never guesses.
package wire
