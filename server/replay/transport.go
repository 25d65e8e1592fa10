package replay

import (
	"errors"
	"time"
)

// Transport reaches servers.
type Transport interface {
	// Connect opens a connection to the server of a role: leader, follower1 or follower2; of a
	// single server the role does not matter.
	Connect(role string) (Conn, error)
	// Word sends a four-letter word and returns the answer.
	Word(role, word string) (string, error)
	// Wait lets time pass.
	Wait(d time.Duration)
	// Now is the time since some moment.
	Now() time.Duration
}

// Conn is one client connection: bytes there, frames back.
type Conn interface {
	// Write sends bytes, which are frames unless a case is about those that are not. A server
	// that has closed the connection is noticed by Next.
	Write(b []byte)
	// Next returns the next frame without its length, errClosed when the server has closed the
	// connection, or errSilent when nothing came in time.
	Next(within time.Duration) ([]byte, error)
	// Close ends the connection without a word.
	Close()
}

var (
	errClosed = errors.New("the server closed the connection")
	errSilent = errors.New("the server is silent")
	// ErrNoWords is the answer of a transport that has no four-letter words.
	ErrNoWords = errors.New("four-letter words need a TCP port")
)
