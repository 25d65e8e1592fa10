package main

import (
	"fmt"

	"github.com/zabscope/zabscope/scenarios"
	"github.com/zabscope/zabscope/server/site"
)

type exportCommand struct {
	Dir string `arg:"" help:"Folder to write; files in it are replaced."`
}

// Help shows an example below the options.
func (exportCommand) Help() string {
	return "All addresses in the files are relative: put them below any path of any web host." +
		"\n\nExample: zabscope export out/site"
}

// Run writes the files.
func (c exportCommand) Run(s streams) error {
	page, err := openPage()
	if err != nil {
		return err
	}
	pages, err := site.Export(c.Dir, site.Config{
		Page: page, Scenarios: scenarios.FS, Build: release(),
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%d pages in %s; serve them with any web server\n", pages, c.Dir)
	return nil
}
