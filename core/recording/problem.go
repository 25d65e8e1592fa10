package recording

// Problem is what is the matter with a recording, or with its replay.
type Problem uint8

// The problems. Their order means nothing.
const (
	Foreign    Problem = 1 + iota // the file is not a flight recording
	Newer                         // a newer version of this program wrote it
	BadHead                       // its beginning is damaged
	Empty                         // nothing in it can be read
	Unreadable                    // what it says is what no server can have had
	Differs                       // the replay did not do what the server had done
)

// Error says why a replay does not begin, or does not go on.
type Error struct {
	Problem Problem
	Chapter uint64
	// Agreed is the last input after which the recorder and the replay had said the same, and Until
	// the one after which they had not; counted from the start of the server.
	Agreed, Until uint64
	text          string
}

// Error returns the problem in English.
func (e *Error) Error() string { return e.text }
