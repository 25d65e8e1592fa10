package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/zabscope/zabscope/scenarios"
	"github.com/zabscope/zabscope/server/site"
)

type exportCommand struct {
	Dir   string `arg:"" help:"Folder to write; an earlier export in it is replaced."`
	Base  string `placeholder:"/PATH/" help:"Path below which the host serves it, for 404.html."`
	Force bool   `help:"Write into a folder that holds something else, too."`
}

// Help shows an example below the options.
func (exportCommand) Help() string {
	return "All addresses in the files are relative: put them below any path of any web host." +
		" Only 404.html, which hosts show at any depth, needs --base." +
		"\n\nExample: zabscope export out/site --base /zabscope/"
}

// Run writes the files.
func (c exportCommand) Run(s streams) error {
	page, err := openPage()
	if err != nil {
		return err
	}
	target := site.Target{Dir: c.Dir, Base: c.Base, Force: c.Force}
	receipt, err := site.Export(target, site.Config{
		Page: page, Scenarios: scenarios.FS, Build: release(),
	})
	switch {
	case errors.Is(err, site.ErrForeign):
		return usageError{fmt.Errorf("%w; name another folder, or add --force to write"+
			" beside what is there", err)}
	case errors.Is(err, site.ErrBase):
		return usageError{fmt.Errorf("--base: %w", err)}
	case err != nil:
		return err
	}
	itemize(s.out, c, receipt)
	return nil
}

// itemize prints what was written.
func itemize(out io.Writer, c exportCommand, r site.Receipt) {
	fmt.Fprintf(out, "wrote %s\n", c.Dir)
	for _, part := range []struct {
		files map[string]int
		what  string
	}{
		{r.Pages, "pages: index.html, 404.html, {zh,en}/, play, lessons and embeds"},
		{r.Assets, "files in assets/, the simulator among them"},
		{r.Texts, "texts in scenarios/"},
	} {
		bytes := 0
		for _, n := range part.files {
			bytes += n
		}
		fmt.Fprintf(out, "  %4d %-64s %7.2f MB\n", len(part.files), part.what, float64(bytes)/1e6)
	}
	below := c.Base
	if below == "" {
		below = "any path"
		fmt.Fprintln(out, "404.html has no style and no links, because --base was not given.")
	}
	fmt.Fprintf(out, "Serve the folder below %s with any web server, for instance:\n"+
		"  python3 -m http.server --directory %s\n", strings.TrimSpace(below), c.Dir)
}
