package replay

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// TCP is a Transport to servers somewhere, one or an ensemble.
type TCP struct {
	addresses []string
	started   time.Time
}

// Dial returns the transport to the client ports of servers, in the order in which followers are
// counted.
func Dial(addresses ...string) *TCP { return &TCP{addresses: addresses, started: time.Now()} }

// Now is the time since Dial.
func (t *TCP) Now() time.Duration { return time.Since(t.started) }

// Wait sleeps.
func (t *TCP) Wait(d time.Duration) { time.Sleep(d) }

// Connect opens a connection.
func (t *TCP) Connect(role string) (Conn, error) {
	address, err := t.find(role)
	if err != nil {
		return nil, err
	}
	conn, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		return nil, err
	}
	return &stream{conn}, nil
}

// Word sends a four-letter word.
func (t *TCP) Word(role, word string) (string, error) {
	address, err := t.find(role)
	if err != nil {
		return "", err
	}
	return sendWord(address, word)
}

func sendWord(address, word string) (string, error) {
	conn, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(conn, word); err != nil {
		return "", err
	}
	answer, err := io.ReadAll(conn)
	return string(answer), err
}

// find asks the servers who they are. Followers are counted in the order of addresses.
func (t *TCP) find(role string) (string, error) {
	if len(t.addresses) == 1 || role == "" {
		return t.addresses[0], nil
	}
	followers := 0
	for _, address := range t.addresses {
		answer, err := sendWord(address, "srvr")
		if err != nil {
			return "", err
		}
		name := "leader"
		if !strings.Contains(answer, "Mode: leader") {
			followers++
			name = fmt.Sprintf("follower%d", followers)
		}
		if name == role {
			return address, nil
		}
	}
	return "", fmt.Errorf("no %s", role)
}

// stream is a connection over TCP.
type stream struct{ conn net.Conn }

// Write sends b. An error shows when the next frame is read.
func (s *stream) Write(b []byte) {
	_ = s.conn.SetWriteDeadline(time.Now().Add(patience))
	_, _ = s.conn.Write(b)
}

// Next reads a frame.
func (s *stream) Next(within time.Duration) ([]byte, error) {
	if err := s.conn.SetReadDeadline(time.Now().Add(within)); err != nil {
		return nil, errClosed
	}
	var length [4]byte
	if n, err := io.ReadFull(s.conn, length[:]); err != nil {
		if n == 0 && errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, errSilent
		}
		return nil, errClosed
	}
	const long = 64 << 20
	size := binary.BigEndian.Uint32(length[:])
	if size > long {
		return nil, fmt.Errorf("a frame of %d bytes", size)
	}
	frame := make([]byte, size)
	_ = s.conn.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.ReadFull(s.conn, frame); err != nil {
		return nil, errClosed
	}
	return frame, nil
}

// Close closes the connection.
func (s *stream) Close() { _ = s.conn.Close() }
