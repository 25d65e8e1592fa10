// Package store is the disk of one node: it keeps what step.Write asks to keep and gives back, at
// the next start, all that a server may know of its past.
//
// Every kind of disk here has the same three promises, which drive.Disk names: what Append was
// given is durable when it returns, the snapshot that Save was given is durable when it returns,
// and Boot tells exactly what is durable.
//
// Disk is the one of a real server. Its log is one ordered stream, in segments, in which each
// record continues the checksum of the one before and each batch begins with a mark that proves
// itself: what is bad behind the last mark was torn by a crash and was never acknowledged, what is
// bad before one has rotted. A segment's header repeats everything but transactions that was said
// before it, so that old segments can go. Snapshots count from the moment on in which the log says
// so. Package core/wire reads all of it back, as it does for the simulator's disks.
package store
