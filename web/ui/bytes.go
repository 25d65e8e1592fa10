package ui

import (
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/web/text"
)

// Bytes is what a message is on the wire, field by field. Nil is a message whose bytes are unknown.
type Bytes struct {
	Text text.Printer
	Size int
	Peer bool // between servers, in our own format; else to or from a client, in Apache's
	Rows []ByteRow
	More int // fields that are left out
}

// ByteRow is one field.
type ByteRow struct {
	At    string // its first byte, "0x1c"
	Name  string
	Hex   string // its bytes, the first of many
	Value string
}

// Limits of what is shown of one message.
const (
	byteRowsMax = 160
	hexMax      = 16
)

// Add lists the next field, whose first byte is at; b are its bytes.
func (p *Bytes) Add(at int, b []byte, name, value string) {
	if len(p.Rows) == byteRowsMax {
		p.More++
		return
	}
	p.Rows = append(p.Rows, ByteRow{
		At: offset(at), Name: visible(name), Hex: hexOf(b), Value: visible(shorten(value, 96)),
	})
}

func offset(at int) string {
	text := strconv.FormatInt(int64(at), 16)
	return strings.Repeat("0", max(0, 4-len(text))) + text
}

func hexOf(b []byte) string {
	var out []string
	for _, c := range b[:min(len(b), hexMax)] {
		out = append(out, hex.EncodeToString([]byte{c}))
	}
	if len(b) > hexMax {
		out = append(out, "…")
	}
	return strings.Join(out, " ")
}

// title says how much there is and in which format.
func (p *Bytes) title() string {
	key := "bytes.client"
	if p.Peer {
		key = "bytes.peer"
	}
	return p.Text.T(key, "n", p.Size)
}
