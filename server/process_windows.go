package main

import (
	"errors"
	"os"
	"syscall"
)

// apart lets a process not hear what is typed for this one: Ctrl-C is ours to pass on.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

var errNoPause = errors.New("Windows cannot pause a process")

func pause(*os.Process) error  { return errNoPause }
func resume(*os.Process) error { return errNoPause }
