// Command pack builds the folder static/dist: the page's files under one hashed folder, each
// stored plain, gzip and brotli, with a manifest. `make wasm` runs it.
package main

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"

	"github.com/zabscope/zabscope/server/assets"
	"github.com/zabscope/zabscope/server/assets/shrink"
)

type arguments struct {
	Static   string `default:"static" help:"Folder of the page's files."`
	Wasm     string `required:"" help:"The built simulator."`
	WasmExec string `required:"" help:"The file wasm_exec.js of the Go that built it."`
	To       string `default:"static/dist" help:"Folder to write."`
	Level    string `default:"dev" enum:"dev,release" help:"How hard to compress: dev or release."`
}

func main() {
	var args arguments
	kong.Parse(&args, kong.Name("pack"), kong.Description("Packs the page for serving."))
	source := assets.Source{
		Static: args.Static, Wasm: args.Wasm, WasmExec: args.WasmExec, Shrink: shrink.File,
	}
	m, err := assets.Pack(source, args.To, args.Level)
	if err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
	var plain, brotli int64
	for _, f := range m.Files {
		plain += f.Size
		brotli += smallest(f)
	}
	fmt.Printf("packed %d files into %s/%s: %d bytes, %d over brotli (%s)\n",
		len(m.Files), args.To, m.Hash, plain, brotli, m.Level)
}

// smallest is what a browser with brotli downloads.
func smallest(f assets.File) int64 {
	if f.Brotli > 0 {
		return f.Brotli
	}
	return f.Size
}
