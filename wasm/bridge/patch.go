package bridge

import (
	"strconv"
	"strings"
)

// Patch is a panel whose HTML is mostly as it was sent last. Each part is either "+" and new HTML,
// or "=from,count": so many pieces of the old HTML, from the one with that index on. A piece ends
// with a row, a paragraph or a box (pieceEnds).
type Patch struct {
	ID    string   `json:"id"`
	Parts []string `json:"parts"`
}

// patchFrom is how long HTML must be, in bytes, to be worth a patch.
const patchFrom = 2000

// pieceEnds are the elements whose end ends a piece. static/js/panels.js has the same.
var pieceEnds = map[string]bool{"tr": true, "div": true, "p": true, "li": true, "section": true}

// pieces cuts HTML after the end of each row, paragraph and box.
func pieces(html string) []string {
	var out []string
	from := 0
	for at := 0; ; {
		i := strings.Index(html[at:], "</")
		if i < 0 {
			break
		}
		name, _, _ := strings.Cut(html[at+i+2:], ">")
		at += i + 2 + len(name)
		if pieceEnds[name] {
			at++
			out, from = append(out, html[from:at]), at
		}
	}
	if from < len(html) {
		out = append(out, html[from:])
	}
	return out
}

// patch returns the parts that make new HTML of old, nil when the whole of it is no longer.
func patch(old, html string) []string {
	if len(old) < patchFrom || len(html) < patchFrom {
		return nil
	}
	places := map[string]int{} // only looked up
	for i, piece := range pieces(old) {
		places[piece] = i
	}
	var b patchBuilder
	for _, piece := range pieces(html) {
		b.add(piece, places)
	}
	b.flush()
	if b.size > len(html)*3/4 {
		return nil
	}
	return b.parts
}

// patchBuilder gathers pieces that follow each other into parts.
type patchBuilder struct {
	parts       []string
	fresh       string
	from, count int
	size        int
}

func (b *patchBuilder) add(piece string, places map[string]int) {
	i, known := places[piece]
	if !known {
		if b.count > 0 {
			b.flush()
		}
		b.fresh += piece
		return
	}
	if b.fresh != "" || b.count > 0 && i != b.from+b.count {
		b.flush()
	}
	if b.count == 0 {
		b.from = i
	}
	b.count++
}

func (b *patchBuilder) flush() {
	part := "+" + b.fresh
	if b.count > 0 {
		part = "=" + strconv.Itoa(b.from) + "," + strconv.Itoa(b.count)
	}
	if part != "+" {
		b.parts, b.size = append(b.parts, part), b.size+len(part)
	}
	b.fresh, b.count = "", 0
}
