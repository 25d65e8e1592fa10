//go:build unix

package main

import (
	"os"
	"syscall"
)

// apart lets a process not hear what is typed for this one: Ctrl-C is ours to pass on.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func pause(p *os.Process) error  { return p.Signal(syscall.SIGSTOP) }
func resume(p *os.Process) error { return p.Signal(syscall.SIGCONT) }
