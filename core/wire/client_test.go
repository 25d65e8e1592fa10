package wire_test

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/wire"
	"github.com/zabscope/zabscope/core/zk"
)

// recorded is one frame that Apache ZooKeeper 3.8.0 and a client of it sent, taken apart by the
// recorder.
type recorded struct {
	Dir, Title, Section, Hex string
	Fields                   []struct {
		Off, Len          int
		Name, Type, Value string
	}
	frame []byte // without its length
	op    zk.Op  // of a reply: what was asked
}

func (f *recorded) isRequest() bool { return f.Dir == ">" }

// isConnect covers both sides of the handshake.
func (f *recorded) isConnect() bool { return strings.HasPrefix(f.Title, "Connect") }

func readFrames(t testing.TB) []recorded {
	t.Helper()
	file, err := os.Open("testdata/corpus/wire/frames.jsonl")
	require.NoError(t, err)
	defer file.Close()
	var frames []recorded
	var asked zk.Op
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var f recorded
		require.NoError(t, json.Unmarshal(lines.Bytes(), &f))
		b, err := hex.DecodeString(f.Hex)
		require.NoError(t, err)
		f.frame = b[4:]
		require.Len(t, f.frame, int(binary.BigEndian.Uint32(b)))
		switch {
		case f.isConnect():
			asked = zk.OpConnect
		case f.isRequest():
			asked = zk.Op(int32(binary.BigEndian.Uint32(f.frame[4:])))
		}
		f.op = asked
		frames = append(frames, f)
	}
	require.Len(t, frames, 81)
	return frames
}

// again decodes a frame and encodes what came out.
func again(t *testing.T, f *recorded) []byte {
	t.Helper()
	switch {
	case f.isConnect() && f.isRequest():
		req, readOnlyByte, err := wire.DecodeConnect(f.frame)
		require.NoError(t, err)
		return wire.AppendConnect(nil, &req, readOnlyByte)
	case f.isConnect():
		reply, err := wire.DecodeConnectReply(f.frame)
		require.NoError(t, err)
		return wire.AppendConnectReply(nil, &reply, true)
	case f.isRequest():
		req, err := wire.DecodeRequest(f.frame)
		require.NoError(t, err)
		return wire.AppendClientRequest(nil, &req)
	}
	reply, err := wire.DecodeReply(f.frame, f.op)
	require.NoError(t, err)
	return wire.AppendReply(nil, &reply)
}

func TestRecordedFramesSurviveDecodingByteForByte(t *testing.T) {
	for _, f := range readFrames(t) {
		t.Run(f.Section+"/"+f.Title, func(t *testing.T) {
			require.Equal(t, f.Hex, hex.EncodeToString(again(t, &f)))
		})
	}
}

// Where a part of a multi is, the recorder left its name out of those of its fields; and it took
// the end for another result.
var (
	part = regexp.MustCompile(`^op\[\d+\]\.([^h])`)
	end  = regexp.MustCompile(`^result\[\d+\]\.header\.`)
)

func TestDissectedFieldsAreThoseOfTheRecorder(t *testing.T) {
	for _, f := range readFrames(t) {
		t.Run(f.Section+"/"+f.Title, func(t *testing.T) {
			fields := wire.DissectReply(f.frame, f.op)
			if f.isRequest() {
				fields = wire.Dissect(f.frame, f.isConnect())
			}
			require.Len(t, fields, len(f.Fields))
			for i, want := range f.Fields {
				got := fields[i]
				if strings.HasPrefix(got.Name, "end.") {
					want.Name = end.ReplaceAllString(want.Name, "end.")
				}
				if strings.HasPrefix(want.Type, "vector") {
					want.Type = "int" // the recorder's name for some counts
				}
				got.Name = part.ReplaceAllString(got.Name, "$1")
				require.Equal(t, wire.Field(want), got)
			}
		})
	}
}

// TestEveryPrefixOfAFrameIsRefusedOrShown: a frame that is cut anywhere is Malformed if its header
// is there, and refused without an operation if it is not.
func TestEveryPrefixOfAFrameIsRefusedOrShown(t *testing.T) {
	for _, f := range readFrames(t) {
		if !f.isRequest() || f.isConnect() {
			continue
		}
		whole, err := wire.DecodeRequest(f.frame)
		require.NoError(t, err)
		for n := range f.frame {
			req, err := wire.DecodeRequest(f.frame[:n])
			require.Error(t, err, f.Title)
			want := zk.Request{Op: whole.Op, Xid: whole.Xid, Malformed: true}
			if n < 8 {
				want = zk.Request{}
			}
			require.Equal(t, want, req)
			requireCovered(t, wire.Dissect(f.frame[:n], false), n)
		}
	}
}

func TestRequestsAreDecodedAsLenientlyAsApacheDoes(t *testing.T) {
	const (
		null   = "ffffffff"
		slash  = "000000012f"
		slashA = "000000022f61"
		world  = "0000000100000001" + "00000005776f726c64" + "00000006616e796f6e65"
		end    = "ffffffff01ffffffff"
	)
	bad := zk.Request{Malformed: true}
	for _, c := range []struct {
		name string
		op   zk.Op
		body string
		want zk.Request // without Op and Xid
	}{
		{"bytes after the end", zk.OpGetData, slashA + "00deadbeef", zk.Request{Path: "/a"}},
		{"true is any byte", zk.OpExists, slashA + "07", zk.Request{Path: "/a", Watch: true}},
		{"a string of length -2", zk.OpExists, "fffffffe", bad},
		{"a string beyond the end", zk.OpExists, "7fffffff", bad},
		{"a null path to read", zk.OpGetData, null + "00", bad},
		{"a null path to set", zk.OpSetData, null + null + "00000007", zk.Request{Version: 7}},
		{"a null path to check watches of", zk.OpCheckWatches, null + "00000003", bad},
		{"a null prefix", zk.OpGetEphemerals, null, zk.Request{}},
		{"no UTF-8", zk.OpSync, "000000032f61e3", zk.Request{Path: "/a\uFFFD"}},
		{"two bytes of no UTF-8", zk.OpSync, "000000032fc080", zk.Request{Path: "/\uFFFD\uFFFD"}},
		{"an ACL that is null", zk.OpSetACL, slash + null + null,
			zk.Request{Path: "/", Version: -1}},
		{"an ACL of length -2", zk.OpSetACL, slash + "fffffffe" + null,
			zk.Request{Path: "/", Version: -1, ACL: []zk.ACL{}}},
		{"an ACL", zk.OpSetACL, slash + world + "00000003",
			zk.Request{Path: "/", Version: 3,
				ACL: []zk.ACL{{Perms: 1, Scheme: "world", ID: "anyone"}}}},
		{"an ACL beyond the end", zk.OpSetACL, slash + "00000002" + null, bad},
		{"a read in a multi", zk.OpMulti, "0000000400ffffffff" + slashA + "00" + end,
			bad},
		{"a write in a multiRead", zk.OpMultiRead,
			"0000000200ffffffff" + slashA + null + end, bad},
		{"a multi without an end", zk.OpMulti, "0000000200ffffffff" + slashA + null,
			bad},
		{"an end of any kind", zk.OpMulti, "0000006501ffffffff", zk.Request{}},
		{"a bare path", zk.OpDeleteContainer, "2f61", zk.Request{Path: "/a"}},
		{"an operation that nobody knows", 999, "ab", zk.Request{}},
		{"a ping", zk.OpPing, "", zk.Request{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			body, err := hex.DecodeString(c.body)
			require.NoError(t, err)
			frame := binary.BigEndian.AppendUint32(make([]byte, 4), uint32(c.op))
			c.want.Op = c.op
			req, err := wire.DecodeRequest(append(frame, body...))
			require.Equal(t, c.want.Malformed, err != nil)
			require.Equal(t, c.want, req)
		})
	}
}

// TestNullEndsTheWatchesThatAreSet has the answers of Apache's server: the watches before the null
// were set, and the answer is MarshallingError.
func TestNullEndsTheWatchesThatAreSet(t *testing.T) {
	const (
		zxid   = "0000000000000001"
		null   = "ffffffff"
		none   = "00000000"
		some   = "00000001" + "000000022f61"
		broken = "00000003" + "000000022f61" + null + "000000022f62"
	)
	a := []string{"/a"}
	for _, c := range []struct {
		name string
		op   zk.Op
		body string
		want zk.Request // without Op
	}{
		{"no list", zk.OpSetWatches, null + some + some, zk.Request{Malformed: true}},
		{"no second list", zk.OpSetWatches, some + null + some,
			zk.Request{Malformed: true, DataWatches: a}},
		{"a null path", zk.OpSetWatches, broken + some + some,
			zk.Request{Malformed: true, DataWatches: a}},
		{"a null path at last", zk.OpSetWatches, some + none + broken,
			zk.Request{Malformed: true, DataWatches: a, ChildWatches: a}},
		{"no fourth list", zk.OpSetWatches2, some + some + none + null + some,
			zk.Request{Malformed: true, DataWatches: a, ExistWatches: a}},
		{"a null path of a watch that stays", zk.OpSetWatches2, some + none + none + broken + some,
			zk.Request{DataWatches: a, PersistentWatches: []string{"/a", "", "/b"},
				RecursiveWatches: a}},
		{"a list of length -2", zk.OpSetWatches, some + "fffffffe" + some,
			zk.Request{DataWatches: a, ChildWatches: a}},
	} {
		t.Run(c.name, func(t *testing.T) {
			body, err := hex.DecodeString(zxid + c.body)
			require.NoError(t, err)
			frame := binary.BigEndian.AppendUint32(make([]byte, 4), uint32(c.op))
			req, err := wire.DecodeRequest(append(frame, body...))
			require.NoError(t, err)
			c.want.Op, c.want.LastZxid = c.op, 1
			require.Equal(t, c.want, req)
		})
	}
	body, err := hex.DecodeString(zxid + some + null)
	require.NoError(t, err)
	frame := binary.BigEndian.AppendUint32(make([]byte, 4), uint32(zk.OpSetWatches))
	req, err := wire.DecodeRequest(append(frame, body...))
	require.Error(t, err, "a list is missing")
	require.Equal(t, zk.Request{Op: zk.OpSetWatches, Malformed: true}, req)
}

func TestRepliesThatTheRecordingLacks(t *testing.T) {
	for _, c := range []struct {
		name  string
		reply step.ToClient
		want  string
	}{
		{"a close", step.ToClient{Kind: step.Close}, ""},
		{"an error has no body", step.ToClient{Op: zk.OpGetData, Xid: 1, Err: zk.ErrNoNode},
			"00000010" + "00000001" + "0000000000000000" + "ffffff9b"},
		{"a path of one byte",
			step.ToClient{Op: zk.OpSync, Xid: 2, Zxid: 3, Reply: zk.Reply{Path: "/"}},
			"00000015" + "00000002" + "0000000000000003" + "00000000" + "000000012f"},
		{"a character beyond 16 bits",
			step.ToClient{Op: zk.OpSync, Reply: zk.Reply{Path: "/é😀€"}},
			"00000020" + strings.Repeat("00", 16) + "0000000c" + "2fc3a9eda0bdedb880e282ac"},
		{"an empty multi", step.ToClient{Op: zk.OpMulti, Xid: 1},
			"00000019" + "00000001" + "0000000000000000" + "00000000" + "ffffffff01ffffffff"},
		{"a multi that failed", step.ToClient{Op: zk.OpMulti, Xid: 1, Reply: zk.Reply{
			Results: []zk.OpResult{{Op: zk.OpError}, {Op: zk.OpDelete, Err: zk.ErrNoNode}}}},
			"00000033" + "00000001" + "0000000000000000" + "00000000" +
				"ffffffff0000000000" + "00000000" + "ffffffff00ffffff9b" + "ffffff9b" +
				"ffffffff01ffffffff"},
		{"sasl has the null token", step.ToClient{Op: 102, Xid: 1},
			"00000014" + "00000001" + "0000000000000000" + "00000000" + "ffffffff"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, hex.EncodeToString(wire.AppendReply(nil, &c.reply)))
		})
	}
	t.Run("a refused connect of an old client", func(t *testing.T) {
		got := wire.AppendConnectReply(nil, &step.ToClient{Op: zk.OpConnect}, false)
		want := "00000024" + strings.Repeat("00", 16) + "00000010" + strings.Repeat("00", 16)
		require.Equal(t, want, hex.EncodeToString(got))
	})
}

func TestConnectOfAnOldClientHasNoReadOnlyByte(t *testing.T) {
	want := zk.Request{Op: zk.OpConnect, TimeoutMs: 4000, Session: 5, LastZxid: 6,
		Password: []byte("0123456789abcdef")}
	frame := wire.AppendConnect(nil, &want, false)[4:]
	req, readOnlyByte, err := wire.DecodeConnect(frame)
	require.NoError(t, err)
	require.False(t, readOnlyByte)
	require.Equal(t, want, req)
	_, _, err = wire.DecodeConnect(frame[:len(frame)-1])
	require.Error(t, err)
}

// TestCommonestRequestsTakeNoMemory: a path outlives its frame, so it is copied once, and known
// when it comes again.
func TestCommonestRequestsTakeNoMemory(t *testing.T) {
	reply := step.ToClient{Op: zk.OpGetData, Xid: 1, Zxid: 2, Reply: zk.Reply{Data: []byte("x")}}
	buf := make([]byte, 0, 256)
	var decoder wire.Decoder
	for _, op := range []zk.Op{zk.OpPing, zk.OpGetData, zk.OpExists} {
		var frames [8][]byte
		for i := range frames {
			req := zk.Request{Op: op, Xid: 1, Path: "/app/" + strconv.Itoa(i)}
			frames[i] = wire.AppendClientRequest(nil, &req)[4:]
		}
		i := 0
		got := testing.AllocsPerRun(100, func() {
			if _, err := decoder.Request(frames[i%len(frames)]); err != nil {
				t.Fatal(err)
			}
			buf = wire.AppendReply(buf[:0], &reply)
			i++
		})
		require.Zero(t, got, op)
	}
}

func TestDecoderRemembersPathsNotRequests(t *testing.T) {
	var decoder wire.Decoder
	long := "/" + strings.Repeat("x", 1000)
	for range 3 {
		for i := range 20 {
			for _, path := range []string{"/" + strconv.Itoa(i), "", "/\uFFFD", long} {
				want := zk.Request{Op: zk.OpExists, Xid: int32(i), Path: path, Watch: i%2 == 0}
				frame := wire.AppendClientRequest(nil, &want)[4:]
				got, err := decoder.Request(frame)
				require.NoError(t, err)
				clear(frame) // what was decoded does not depend on it
				require.Equal(t, want, got)
			}
		}
	}
	frame := wire.AppendClientRequest(nil, &zk.Request{Op: zk.OpExists, Path: "/\xff"})[4:]
	got, err := decoder.Request(frame)
	require.NoError(t, err)
	require.Equal(t, "/\uFFFD", got.Path)
}
