// Package chaos breaks an ensemble of real processes while clients use it, and judges what the
// clients were told: nothing acknowledged is lost, writes are linearizable, the reads of a session
// never go back, and in the end every server has the same tree. It knows an ensemble only from
// outside, so it judges Apache ZooKeeper's as well.
package chaos
