// Package cli is the shell of zabscope cli: zkCli's commands against any ZooKeeper ensemble.
//
// The grammar and the output are core/shell's and the session is core/client's, the same that the
// page's console and its simulated clients use. What is here is what they leave out: the address
// list, the TCP connection with its clock, and the terminal.
package cli
