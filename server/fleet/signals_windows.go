package fleet

import (
	"errors"
	"syscall"
)

// Windows has no such signals.
const pauseSignal, resumeSignal = syscall.Signal(0), syscall.Signal(0)

// Able says why servers cannot be broken on this system; nil when they can.
func Able() error {
	return errors.New("Windows cannot pause a process, nor ask one to end: this needs a Unix")
}
