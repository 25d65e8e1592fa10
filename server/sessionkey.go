package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// sessionKeyName is the file in dataDir that has the key of a server alone.
const sessionKeyName = "session-key"

// sessionKey is what a server alone makes the passwords of sessions with. It outlives the process,
// as the sessions do.
func sessionKey(dataDir string) ([]byte, error) {
	const size = 32
	path := filepath.Join(dataDir, sessionKeyName)
	key, err := os.ReadFile(path)
	switch {
	case err == nil && len(key) == size:
		return key, nil
	case err == nil:
		return nil, fmt.Errorf("%s is damaged; remove it, and every client must begin a new"+
			" session", path)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("read the key of sessions: %w", err)
	}
	key = make([]byte, size)
	_, _ = rand.Read(key) // never fails
	if err := os.WriteFile(path, key, 0o600); err != nil {
		return nil, fmt.Errorf("keep the key of sessions: %w", err)
	}
	return key, nil
}
