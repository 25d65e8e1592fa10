package store

import (
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Files is what a store asks of an operating system. OS is the real one; Faulty breaks it.
type Files interface {
	// Create makes a file that must not exist yet, for writing.
	Create(path string) (File, error)
	// Open opens a file for reading and, later, for Truncate and Sync.
	Open(path string) (File, error)
	// List returns the names in a folder, sorted.
	List(folder string) ([]string, error)
	// MkdirAll makes a folder with its parents, for the owner alone.
	MkdirAll(folder string) error
	// Rename gives a file or a folder another name. SyncFolder makes it durable.
	Rename(from, to string) error
	Remove(path string) error
	// SyncFolder makes the names in a folder durable.
	SyncFolder(folder string) error
	// Lock takes a file for this process alone until it is closed.
	Lock(path string) (io.Closer, error)
}

// File is an open file.
type File interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Size() (int64, error)
	Truncate(size int64) error
	// Reserve makes room on the disk for so many bytes, which read as zeros until they are written.
	Reserve(size int64) error
	// Sync makes what was written durable.
	Sync() error
}

// OS is the files of the operating system.
type OS struct{}

const ownerOnly, ownerOnlyFolder fs.FileMode = 0o600, 0o700

// Create makes a file that must not exist yet.
func (OS) Create(path string) (File, error) {
	return open(path, os.O_RDWR|os.O_CREATE|os.O_EXCL)
}

// Open opens a file.
func (OS) Open(path string) (File, error) { return open(path, os.O_RDWR) }

func open(path string, flags int) (File, error) {
	f, err := os.OpenFile(path, flags, ownerOnly)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// List returns the names in a folder, sorted.
func (OS) List(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, err
}

// MkdirAll makes a folder with its parents.
func (OS) MkdirAll(folder string) error { return os.MkdirAll(folder, ownerOnlyFolder) }

// Rename gives a file or a folder another name.
func (OS) Rename(from, to string) error { return os.Rename(from, to) }

// Remove removes a file.
func (OS) Remove(path string) error { return os.Remove(path) }

// SyncFolder makes the names in a folder durable.
func (OS) SyncFolder(folder string) error { return syncFolder(folder) }

// Lock takes a file for this process alone. The file tells the process id to whoever comes later.
func (OS) Lock(path string) (io.Closer, error) {
	f, err := lockFile(path)
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(0); err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(f, "%d\n", os.Getpid()); err != nil {
		return nil, err
	}
	return f, nil
}

type osFile struct{ *os.File }

func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (f osFile) Reserve(size int64) error { return reserve(f.File, size) }

func (f osFile) Sync() error { return syncData(f.File) }
