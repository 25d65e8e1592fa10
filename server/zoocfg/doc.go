// Package zoocfg reads zoo.cfg, the file that tells a ZooKeeper server what to be, so that a file
// that Apache's server takes works here too.
//
// A value that cannot be right is an error with the line and what to write instead. A key that
// Apache knows and that changes nothing here is a warning: people paste whole files. A key that
// nobody knows is a slip of the pen, and an error, because the setting that was meant is missing.
package zoocfg
