// Package step is the contract between the pure core and whatever drives it: the inputs that one
// server can receive and the outputs that one step gives back. Whoever knows this page can write a
// driver.
//
// Order. Within Sends to one peer and within Clients to one connection, slice order is wire order.
// Across slices there is no order that a driver must keep: whatever must wait for the disk is still
// inside the node, which emits it when Synced arrives. A crash forgets it, as a crash does.
//
// One write stream. Log, truncation, both epochs and snapshot marks share one rising Seq; Synced
// covers a prefix. SaveSnapshot is written beside the stream, is not covered by Synced, and is
// answered by SnapSaved.
//
// Time. At comes with every input and never goes back; the node asks for one WakeAt. A late Wake is
// legal, an early one is ignored.
//
// Bytes. A []byte or slice that crossed the contract is never written again by anyone. Structs in
// Output live until Reset; those behind In.Msg and In.Req until Step returns.
//
// Errors. Protocol outcomes are zk.Err codes in replies. Nonsense from a peer or a client closes
// that link and emits a Refused event. Broken state of our own panics with a Violation. Step
// returns no error, because no caller could do anything with one.
//
// Links. The driver opens the election channel between every pair of servers and tells both with
// PeerUp. The quorum channel is opened by a learner with a Link; the driver tells both ends, or
// answers PeerDown when nobody listens. Whoever closes a link hears nothing more of it, the other
// end gets PeerDown.
package step
