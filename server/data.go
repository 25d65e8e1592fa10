package main

import (
	"fmt"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/store"
)

type logCommand struct {
	File string `arg:"" help:"A file log-… or snapshot-… of a server's data."`
}

// Help shows an example below the options.
func (logCommand) Help() string {
	return "What a file of a server's data says, record by record. The server may run meanwhile." +
		"\n\nExample: zabscope log /var/lib/zookeeper/zabscope/log-0000000001"
}

// Run prints the file.
func (c logCommand) Run(s streams) error { return store.Print(s.out, c.File) }

type backupCommand struct {
	Dir    string `arg:"" help:"The server's dataDir."`
	File   string `arg:"" help:"The backup to write."`
	LogDir string `help:"The server's dataLogDir, if it has one."`
}

// Help shows an example below the options.
func (backupCommand) Help() string {
	return "A server's data as one file, a tar file. The server may run meanwhile." +
		"\n\nExample: zabscope backup /var/lib/zookeeper monday.tar"
}

// Run writes the backup.
func (c backupCommand) Run(s streams) error {
	summary, err := store.Backup(store.Dirs{Snap: c.Dir, Log: c.LogDir}, c.File)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s: %s\n", c.File, summary)
	return nil
}

type restoreCommand struct {
	File   string `arg:"" help:"The backup."`
	Dir    string `arg:"" help:"The dataDir of a server without data."`
	LogDir string `help:"Its dataLogDir, if it has one."`
	MyID   uint8  `name:"myid" help:"Make it the data of this server instead."`
}

// Help says when this is right, with an example.
func (restoreCommand) Help() string {
	return "Gives a whole ensemble back what it was: stop all servers, restore each from its own" +
		" backup, or all from one with --myid, and start them." +
		"\nNever restore a single voter while the others run: it would have forgotten what it" +
		" acknowledged since. Let it start empty instead; a leader sends it everything." +
		"\n\nExample: zabscope restore monday.tar /var/lib/zookeeper"
}

// Run restores the backup.
func (c restoreCommand) Run(s streams) error {
	summary, err := store.Restore(c.File, store.Dirs{Snap: c.Dir, Log: c.LogDir},
		zk.ServerID(c.MyID))
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s: %s\n", c.Dir, summary)
	return nil
}
