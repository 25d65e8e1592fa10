package shell

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
)

func TestParseMakesTheRequestOfCreate(t *testing.T) {
	open := zk.OpenACL
	for line, want := range map[string]zk.Request{
		"create /x":   {Op: zk.OpCreate, Path: "/x", ACL: open},
		"create /x 1": {Op: zk.OpCreate, Path: "/x", ACL: open, Data: []byte("1")},
		"create -e /x 1": {
			Op: zk.OpCreate, Path: "/x", ACL: open, Data: []byte("1"), Mode: zk.Ephemeral,
		},
		"create -s /x/ ''": {
			Op: zk.OpCreate, Path: "/x/", ACL: open, Data: []byte{}, Mode: zk.PersistentSequential,
		},
		"create -s -e /x": {
			Op: zk.OpCreate, Path: "/x", ACL: open, Mode: zk.EphemeralSequential,
		},
		"create -se /x": {
			Op: zk.OpCreate, Path: "/x", ACL: open, Mode: zk.EphemeralSequential,
		},
		"create /x 'a b' -e": {
			Op: zk.OpCreate, Path: "/x", ACL: open, Data: []byte("a b"), Mode: zk.Ephemeral,
		},
		"create -- /x -1": {Op: zk.OpCreate, Path: "/x", ACL: open, Data: []byte("-1")},
		"create -c /x":    {Op: zk.OpCreateContainer, Path: "/x", ACL: open, Mode: zk.Container},
		"create -t 9 /x": {
			Op: zk.OpCreateTTL, Path: "/x", ACL: open, Mode: zk.PersistentWithTTL, TTL: 9,
		},
		"create -s -t 9 /x": {
			Op: zk.OpCreateTTL, Path: "/x", ACL: open, Mode: zk.PersistentSequentialWithTTL, TTL: 9,
		},
		"create /x 1 ip:1.2:r": {
			Op: zk.OpCreate, Path: "/x", Data: []byte("1"),
			ACL: []zk.ACL{{Perms: zk.PermRead, Scheme: "ip", ID: "1.2"}},
		},
	} {
		requireRequest(t, line, want)
	}
}

func requireRequest(t *testing.T, line string, want zk.Request) {
	t.Helper()
	c, err := Parse(line)
	require.Nil(t, err, line)
	require.Equal(t, want, *c.Start().Request(), line)
}

func TestParseMakesTheRequestOfEveryCommandButCreate(t *testing.T) {
	open := zk.OpenACL
	for line, want := range map[string]zk.Request{
		"delete /x":      {Op: zk.OpDelete, Path: "/x", Version: -1},
		"delete -v 3 /x": {Op: zk.OpDelete, Path: "/x", Version: 3},
		"delete /x -v3":  {Op: zk.OpDelete, Path: "/x", Version: 3},
		"deleteall /x":   {Op: zk.OpGetChildren2, Path: "/x"},
		"get /":          {Op: zk.OpGetData, Path: "/"},
		"get -s -w /x":   {Op: zk.OpGetData, Path: "/x", Watch: true},
		"getAcl /x":      {Op: zk.OpGetACL, Path: "/x"},
		"ls -w /x":       {Op: zk.OpGetChildren2, Path: "/x", Watch: true},
		"ls -R /":        {Op: zk.OpGetData, Path: "/"},
		"get /x watch":   {Op: zk.OpGetData, Path: "/x", Watch: true},
		"addWatch -m PERSISTENT /x": {
			Op: zk.OpAddWatch, Path: "/x", WatchMode: zk.WatchPersistent,
		},
		"removewatches -d /x": {
			Op: zk.OpRemoveWatches, Path: "/x", Watcher: zk.WatcherData,
		},
		"addauth digest a:b": {Op: zk.OpAuth, Scheme: "digest", Auth: []byte("a:b")},
		"whoami":             {Op: zk.OpWhoAmI},
		"getEphemerals":      {Op: zk.OpGetEphemerals, Path: "/"},
		"config -w":          {Op: zk.OpGetData, Path: "/zookeeper/config", Watch: true},
		"listquota /x": {
			Op: zk.OpGetData, Path: "/zookeeper/quota/x/zookeeper_limits",
		},
		"set /x 2":                {Op: zk.OpSetData, Path: "/x", Data: []byte("2"), Version: -1},
		"set -s -v 7 /x \"a  b\"": {Op: zk.OpSetData, Path: "/x", Data: []byte("a  b"), Version: 7},
		"setAcl /x world:anyone:": {
			Op: zk.OpSetACL, Path: "/x", Version: -1,
			ACL: []zk.ACL{{Scheme: "world", ID: "anyone"}},
		},
		"stat -w /nope": {Op: zk.OpExists, Path: "/nope", Watch: true},
		"sync /":        {Op: zk.OpSync, Path: "/"},
		"close":         {Op: zk.OpCloseSession},
		"quit":          {Op: zk.OpCloseSession},
		"exit":          {Op: zk.OpCloseSession},
		"multi create /a 1 ; delete /b; check -v 2 /c": {Op: zk.OpMulti, Ops: []zk.Request{
			{Op: zk.OpCreate, Path: "/a", Data: []byte("1"), ACL: open},
			{Op: zk.OpDelete, Path: "/b", Version: -1},
			{Op: zk.OpCheck, Path: "/c", Version: 2},
		}},
	} {
		requireRequest(t, line, want)
	}
}

func TestParseRefusesWithACodeAndTheNextAction(t *testing.T) {
	for line, want := range map[string]string{
		"":                        CodeEmpty,
		"  ":                      CodeEmpty,
		"crate /x":                CodeUnknown,
		"create":                  CodeUsage,
		"create -c -e /x":         CodeRefused,
		"create -t 0 /x":          CodeRefused,
		"create -t x /x":          CodeNumber,
		"create -t":               CodeUsage,
		"create -q /x":            CodeOption,
		"create /x -1":            CodeOption,
		"create x":                CodePath,
		"create /x/":              CodePath,
		"create //x":              CodePath,
		"create /x/../y":          CodePath,
		"create /x 1 world":       CodeACL,
		"delete -v x /x":          CodeNumber,
		"delete /x -v":            CodeUsage,
		"delete -v 99999999999 /": CodeNumber,
		"deleteall -b x /x":       CodeNumber,
		"get":                     CodeUsage,
		"get -z /x":               CodeOption,
		"addWatch -m NO /a":       CodeUsage,
		"setquota /a":             CodeUsage,
		"setquota -n 0 /a":        CodeRefused,
		"setquota -n 1 -b 1 /a":   CodeUsage,
		"setquota -n 1 /":         CodePath,
		"delquota":                CodeUsage,
		"reconfig -add 3":         CodeRefused,
		"ls2 /":                   CodeUsage,
		"rmr /":                   CodeUsage,
		"set /x":                  CodeUsage,
		"set /x 'a":               CodeQuote,
		"sync":                    CodeUsage,
		"version now":             CodeUsage,
		"multi":                   CodeUsage,
		"multi ;":                 CodeUsage,
		"multi get /x":            CodeUnknown,
		"multi create x":          CodePath,
	} {
		_, err := Parse(line)
		require.NotNil(t, err, line)
		require.Equal(t, want, err.Code, line)
		require.NotEmpty(t, err.Error(), line)
		require.NotContains(t, err.Error(), "{", line)
	}
}

func TestUnknownCommandNamesItAndTheKnownOnes(t *testing.T) {
	_, err := Parse("crate /x 1")
	require.Equal(t, "Command not found crate; known: "+strings.Join(Names(), " "), err.Error())
	require.True(t, strings.HasSuffix(err.Said, "\nCommand not found: Command not found crate"))
}

// FuzzParse: a line is refused in words or does something, and a path in it that the server would
// take is never refused here.
func FuzzParse(f *testing.F) {
	for _, line := range []string{"create -s /a/b 'x y'", "multi set /a 1; check /b", "ls -R /"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if tree.ValidatePath(line) == zk.OK && checkPath(line) != nil {
			t.Fatalf("%q is a path for the server alone", line)
		}
		c, err := Parse(line)
		if err != nil {
			require.NotEmpty(t, err.Said, line)
			return
		}
		require.NotPanics(t, func() { c.Start() }, line)
	})
}
