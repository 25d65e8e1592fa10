package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// said is what a viewer says: its token, or a line to carry out.
type said struct {
	token string
	do    uint64 // names the line in the answer
	line  string
}

// decodeSaid reads a frame of a viewer: one flat JSON object with known members, each once.
func decodeSaid(text []byte) (said, error) {
	var s said
	if !utf8.Valid(text) {
		return s, errors.New("a frame must be UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return s, errors.New("a frame must be a JSON object")
	}
	seen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return s, errors.New("a frame must be a JSON object")
		}
		key, _ := name.(string)
		if seen[key] {
			return s, fmt.Errorf("%q stands twice", key)
		}
		seen[key] = true
		value, err := d.Token()
		if err != nil || !s.set(key, value) {
			return s, fmt.Errorf("%.40q with this value is not understood here", key)
		}
	}
	if _, err := d.Token(); err != nil {
		return s, errors.New("a frame must be a JSON object")
	}
	if _, err := d.Token(); err != io.EOF {
		return s, errors.New("a frame must be one JSON object")
	}
	return s, nil
}

// set takes one member, and reports whether that is known.
func (s *said) set(key string, value json.Token) bool {
	switch v := value.(type) {
	case string:
		switch key {
		case "token":
			s.token = v
			return true
		case "line":
			s.line = v
			return true
		}
	case json.Number:
		n, err := v.Int64()
		s.do = uint64(n)
		return key == "do" && err == nil && n > 0 && n <= 1<<53
	}
	return false
}
