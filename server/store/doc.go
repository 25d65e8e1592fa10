// Package store is the disk of one node: it keeps what step.Write asks to keep and gives back, at
// the next start, all that a server may know of its past.
//
// Every kind of disk here has the same three promises, which drive.Disk names: what Append was
// given is durable when it returns, the snapshot that Save was given is durable when it returns,
// and Boot tells exactly what is durable.
package store
