//go:build js && wasm

// Command wasm is the simulator in the browser: it hands the page's commands to a bridge.Bridge and
// the bridge's frames to the page. Everything worth testing is in the bridge.
package main

import (
	"runtime/debug"
	"syscall/js"
	"time"

	"github.com/zabscope/zabscope/wasm/bridge"
)

// sliceMax is how long one slice of work may hold up the Worker.
const sliceMax = 8 * time.Millisecond

// The heap grows to gcPercent of what lives before it is swept: a sweep holds the Worker up, and
// what lives stays below 100 MB. Beyond memoryMax bytes memory counts for more than time: a tab
// on a phone has little.
const (
	gcPercent = 150
	memoryMax = 256 << 20
)

func main() {
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(memoryMax)
	b := bridge.New(newBudget)
	api := js.Global().Get("Object").New()
	api.Set("call", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return string(b.Call([]byte(args[0].String())))
	}))
	api.Set("tick", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return string(b.Tick(args[0].Float()))
	}))
	js.Global().Call("zabscopeReady", api)
	select {} // the page calls from here on
}

// newBudget starts the clock of one slice: the function it returns says whether time is left.
func newBudget() func() bool {
	end := time.Now().Add(sliceMax)
	return func() bool { return time.Now().Before(end) }
}
