// Package fleet runs ensembles as real processes on this machine, of zabscope and of Apache
// ZooKeeper alike, for measurements and for tests that kill: the same zoo.cfg, the same signals,
// the same questions. It is no part of the product; nothing that serves imports it.
package fleet
