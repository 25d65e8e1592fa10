package replay

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// Case is one script with what was recorded. It begins on a clean tree.
type Case struct {
	Case    string   `json:"case"` // category/name
	Cat     string   `json:"cat"`
	Profile string   `json:"profile"` // std, quota or ens3: the servers it was recorded on
	Desc    string   `json:"desc"`
	Tags    []string `json:"tags"`
	Steps   []Step   `json:"steps"`
}

// Step is one request, in symbols, or one act of the runner, with what was recorded for it. The
// corpus's README says what each field means.
type Step struct {
	Op       string  `json:"op"`
	S        string  `json:"s"` // the connection
	Path     *string `json:"path"`
	PathHex  string  `json:"path_hex"`
	PathNull bool    `json:"path_null"`
	Data     *data   `json:"data"`
	ACL      *[]acl  `json:"acl"`
	ACLNull  bool    `json:"acl_null"`
	Mode     string  `json:"mode"`
	Flags    *int32  `json:"flags"`
	TTL      int64   `json:"ttl"`
	Version  *int32  `json:"version"`
	Watch    bool    `json:"watch"`
	WMode    int32   `json:"wmode"`
	WType    int32   `json:"wtype"`
	Ops      []Step  `json:"ops"`
	Scheme   string  `json:"scheme"`
	Auth     string  `json:"auth"`

	RelZxid           string   `json:"relZxid"`
	DataWatches       []string `json:"dataWatches"`
	ExistWatches      []string `json:"existWatches"`
	ChildWatches      []string `json:"childWatches"`
	PersistentWatches []string `json:"persistentWatches"`
	RecursiveWatches  []string `json:"persistentRecursiveWatches"`

	Joining string `json:"joining"`
	Leaving string `json:"leaving"`
	Members string `json:"members"`

	Timeout        *int32 `json:"timeout"`
	Resume         string `json:"resume"`
	BadPasswd      bool   `json:"bad_passwd"`
	UnknownSession bool   `json:"unknown_session"`
	LastZxid       string `json:"lastZxid"`
	Server         string `json:"server"`
	Quiet          bool   `json:"quiet"`
	NoReadOnlyByte bool   `json:"no_readonly_byte"`
	ReadOnly       bool   `json:"read_only"`

	Ms      int    `json:"ms"`
	Want    *int32 `json:"want"`
	N       int    `json:"n"`
	Type    *int32 `json:"type"`
	Xid     *int32 `json:"xid"`
	BodyHex string `json:"body_hex"`
	Cmd     string `json:"cmd"`

	Expect json.RawMessage `json:"expect"`
	Events json.RawMessage `json:"events"`
}

// Load reads the cases of a file, one in each line.
func Load(path string) ([]Case, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var cases []Case
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c Case
		decoder := json.NewDecoder(strings.NewReader(lines.Text()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&c); err != nil {
			return nil, fmt.Errorf("read case %d of %s: %w", len(cases)+1, path, err)
		}
		cases = append(cases, c)
	}
	return cases, lines.Err()
}

// data is bytes as a case writes them: text, hex, or one byte many times.
type data []byte

// UnmarshalJSON reads any of the three forms.
func (d *data) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		var text string
		err := json.Unmarshal(b, &text)
		*d = append(data{}, text...)
		return err
	}
	var form struct {
		Hex, Rep string
		N        int
	}
	if err := json.Unmarshal(b, &form); err != nil {
		return err
	}
	if form.Rep != "" {
		*d = data(strings.Repeat(form.Rep, form.N))
		return nil
	}
	bytes, err := hex.DecodeString(form.Hex)
	*d = bytes
	return err
}

type acl struct {
	Perms  zk.Perm `json:"perms"`
	Scheme string  `json:"scheme"`
	ID     string  `json:"id"`
}

// path is what goes into the frame, in which it need not be UTF-8.
func (s *Step) path() string {
	if s.PathHex != "" {
		b, err := hex.DecodeString(s.PathHex)
		if err != nil {
			panic("path_hex: " + s.PathHex)
		}
		return string(b)
	}
	if s.Path != nil {
		return *s.Path
	}
	return ""
}

func (s *Step) acl() []zk.ACL {
	switch {
	case s.ACLNull:
		return nil
	case s.ACL == nil:
		return zk.OpenACL
	}
	list := []zk.ACL{}
	for _, a := range *s.ACL {
		list = append(list, zk.ACL{Perms: a.Perms, Scheme: a.Scheme, ID: a.ID})
	}
	return list
}

func (s *Step) data() []byte {
	if s.Data == nil {
		return nil
	}
	return *s.Data
}

func (s *Step) version() int32 {
	if s.Version == nil {
		return -1
	}
	return *s.Version
}

// modes are the names of create flags, in their order.
var modes = []string{
	"PERSISTENT", "EPHEMERAL", "PERSISTENT_SEQUENTIAL", "EPHEMERAL_SEQUENTIAL", "CONTAINER",
	"PERSISTENT_WITH_TTL", "PERSISTENT_SEQUENTIAL_WITH_TTL",
}

func (s *Step) mode() zk.CreateMode {
	if s.Flags != nil {
		return zk.CreateMode(*s.Flags)
	}
	for i, name := range modes {
		if s.Mode == name {
			return zk.CreateMode(i)
		}
	}
	switch s.Op {
	case "createContainer":
		return zk.Container
	case "createTTL":
		return zk.PersistentWithTTL
	}
	return zk.Persistent
}
