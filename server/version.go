package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// commit is set by the Makefile; a plain `go build` leaves it to the build information.
var commit string

// protocolLevel is the Apache ZooKeeper whose behaviour clients see.
const protocolLevel = "ZooKeeper 3.8"

type versionCommand struct{}

// Help shows an example below the options.
func (versionCommand) Help() string {
	return "Example: zabscope version"
}

// Run prints one line.
func (versionCommand) Run(s streams) error {
	fmt.Fprintf(s.out, "zabscope %s, %s, %s/%s, behaves like %s\n",
		release(), runtime.Version(), runtime.GOOS, runtime.GOARCH, protocolLevel)
	return nil
}

// release names this build: the module's version when there is one, and the commit.
func release() string {
	version, revision := "(devel)", commit
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version
	}
	if info.Main.Version != "" {
		version = info.Main.Version
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" && revision == "" {
			revision = setting.Value[:min(12, len(setting.Value))]
		}
	}
	if strings.Contains(version, revision) { // a version of a commit between releases names it
		return version
	}
	return version + " " + revision
}
