package store

import (
	"errors"
	"os"
	"syscall"
)

// reserve makes room, where the file system can, so that writing within it changes no size.
func reserve(f *os.File, size int64) error {
	err := retry(func() error { return syscall.Fallocate(int(f.Fd()), 0, 0, size) })
	if errors.Is(err, syscall.EOPNOTSUPP) {
		return f.Truncate(size)
	}
	return err
}

func syncData(f *os.File) error {
	return retry(func() error { return syscall.Fdatasync(int(f.Fd())) })
}

// retry calls again what a signal interrupted.
func retry(call func() error) error {
	for {
		if err := call(); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
