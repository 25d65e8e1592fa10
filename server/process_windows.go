package main

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// apart lets a process not hear what is typed for this one: Ctrl-C is ours to pass on.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

var errNoPause = errors.New("Windows cannot pause a process")

func pause(*os.Process) error  { return errNoPause }
func resume(*os.Process) error { return errNoPause }

// processorTime is how long processors have worked for this process.
func processorTime() time.Duration {
	var born, gone, kernel, user syscall.Filetime
	self, err := syscall.GetCurrentProcess()
	if err != nil || syscall.GetProcessTimes(self, &born, &gone, &kernel, &user) != nil {
		return 0
	}
	const unit = 100 * time.Nanosecond
	ticks := func(t syscall.Filetime) time.Duration {
		return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * unit
	}
	return ticks(kernel) + ticks(user)
}
