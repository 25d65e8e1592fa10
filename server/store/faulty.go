package store

import (
	"sync"
	"time"
)

// Faults is what a Faulty does to writing. The zero value is a healthy disk.
type Faults struct {
	SyncDelay time.Duration // before every Sync
	SyncErr   error         // every Sync fails with it, after the delay
	WriteErr  error         // a write fails with it when Room is used up, in its middle
	Room      int64         // bytes that can still be written, when WriteErr is set
}

// Faulty is Files of which the disk may become slow or full, or fail. It is safe for use by several
// goroutines.
type Faulty struct {
	Files
	mu     sync.Mutex
	faults Faults
}

// Set makes the disk so from now on.
func (f *Faulty) Set(faults Faults) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = faults
}

// Create makes a file.
func (f *Faulty) Create(path string) (File, error) {
	file, err := f.Files.Create(path)
	return faultyFile{file, f}, err
}

// Open opens a file.
func (f *Faulty) Open(path string) (File, error) {
	file, err := f.Files.Open(path)
	return faultyFile{file, f}, err
}

// grant returns how many of n bytes may be written, and the error if not all may.
func (f *Faulty) grant(n int) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.faults.WriteErr == nil {
		return n, nil
	}
	granted := int(min(int64(n), f.faults.Room))
	f.faults.Room -= int64(granted)
	if granted < n {
		return granted, f.faults.WriteErr
	}
	return n, nil
}

type faultyFile struct {
	File
	faulty *Faulty
}

func (f faultyFile) WriteAt(b []byte, at int64) (int, error) {
	granted, refused := f.faulty.grant(len(b))
	n, err := f.File.WriteAt(b[:granted], at)
	if err != nil {
		return n, err
	}
	return n, refused
}

func (f faultyFile) Sync() error {
	f.faulty.mu.Lock()
	faults := f.faulty.faults
	f.faulty.mu.Unlock()
	time.Sleep(faults.SyncDelay)
	if faults.SyncErr != nil {
		return faults.SyncErr
	}
	return f.File.Sync()
}
