package assets

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
)

// immutable lets a browser keep a file for ever: its address names its contents.
const immutable = "public, max-age=31536000, immutable"

// ServeFile answers a GET or HEAD for one file below the hashed folder. It returns false, with
// nothing written, when there is no such file.
func (b *Bundle) ServeFile(w http.ResponseWriter, r *http.Request, name string) bool {
	f, ok := b.manifest.Files[name]
	if !ok {
		return false
	}
	encoding := Negotiate(r.Header.Get("Accept-Encoding"), f.Brotli > 0, f.Gzip > 0)
	data, err := b.Read(name + suffixes[encoding])
	if err != nil {
		return false
	}
	h := w.Header()
	h.Set("Cache-Control", immutable)
	h.Set("X-Uncompressed-Size", strconv.FormatInt(f.Size, 10))
	send(w, r, reply{
		kind: Type(name), encoding: encoding, tag: b.manifest.Hash, data: data,
	})
	return true
}

// ServeBytes answers a GET or HEAD with data made at run time, compressed on the way when the
// browser wants that. The tag must change whenever the data does.
func ServeBytes(w http.ResponseWriter, r *http.Request, kind, tag string, data []byte) {
	big := len(data) >= compressMin
	encoding := Negotiate(r.Header.Get("Accept-Encoding"), big, big)
	send(w, r, reply{kind: kind, encoding: encoding, tag: tag, data: squeeze(data, encoding)})
}

// suffixes are the file name endings of the stored forms, by Content-Encoding.
var suffixes = map[string]string{"br": ".br", "gzip": ".gz", "": ""}

// reply is one response body in the form in which it is sent.
type reply struct {
	kind     string // media type
	encoding string // "", "br" or "gzip"
	tag      string // names the contents
	data     []byte
}

func send(w http.ResponseWriter, r *http.Request, p reply) {
	h := w.Header()
	tag := `"` + p.tag + "-" + p.encoding + `"` // one per form: a cache must not mix them
	h.Set("Content-Type", p.kind)
	h.Add("Vary", "Accept-Encoding")
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if p.encoding != "" {
		h.Set("Content-Encoding", p.encoding)
	}
	h.Set("Content-Length", strconv.Itoa(len(p.data)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(p.data) // the only failure is a browser that went away
	}
}

// squeeze compresses in memory, where writing cannot fail.
func squeeze(data []byte, encoding string) []byte {
	var out bytes.Buffer
	switch encoding {
	case "br":
		w := brotli.NewWriterLevel(&out, Levels["dev"])
		_, _ = w.Write(data)
		_ = w.Close()
	case "gzip":
		w := gzip.NewWriter(&out)
		_, _ = w.Write(data)
		_ = w.Close()
	default:
		return data
	}
	return out.Bytes()
}

// Negotiate chooses the Content-Encoding for an Accept-Encoding header: the one that the browser
// likes best among those that exist, brotli when it does not care, "" for plain.
func Negotiate(accept string, hasBrotli, hasGzip bool) string {
	best, bestWeight := "", 0
	for _, c := range []struct {
		name string
		has  bool
	}{{"br", hasBrotli}, {"gzip", hasGzip}} {
		weight := weightOf(accept, c.name)
		if c.has && weight > bestWeight {
			best, bestWeight = c.name, weight
		}
	}
	return best
}

// weightOf returns how much a browser wants an encoding, in thousandths; 0 means not at all.
func weightOf(accept, name string) int {
	any := 0
	for item := range strings.SplitSeq(accept, ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(item), ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding == name {
			return quality(params)
		}
		if coding == "*" {
			any = quality(params)
		}
	}
	return any
}

// quality reads "q=0.5" as 500; absent means 1000, unreadable means 0.
func quality(params string) int {
	params = strings.TrimSpace(params)
	if params == "" {
		return 1000
	}
	value, ok := strings.CutPrefix(strings.ToLower(params), "q=")
	if !ok {
		return 1000
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return int(q * 1000)
}
