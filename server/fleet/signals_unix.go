//go:build unix

package fleet

import "syscall"

// Signals that pause a process and let it go on.
const pauseSignal, resumeSignal = syscall.SIGSTOP, syscall.SIGCONT

// Able says why servers cannot be broken on this system; nil when they can.
func Able() error { return nil }
