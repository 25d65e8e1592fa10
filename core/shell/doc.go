// Package shell is zkCli's grammar and output: it turns a line such as "create -e /x 1" into the
// request that goes to a server, and the reply into the text that Apache's zkCli prints.
//
// It is a leaf of pure functions. Most commands are one request; ls -R and deleteall are several,
// one after the other, so a command in flight is a Run: ask it for the next Request, give it the
// Answer, and when it is Done take its Output. Nothing here knows of a connection or of time.
package shell
