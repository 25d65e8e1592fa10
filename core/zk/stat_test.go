package zk

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseStatReadsString(t *testing.T) {
	for _, s := range []Stat{{}, {
		Czxid: 0x100000001, Mzxid: 0x200000002, Ctime: -1, Mtime: 1 << 50, Version: -1,
		Cversion: 2, Aversion: 3, EphemeralOwner: -0x10, DataLength: 4, NumChildren: 5, Pzxid: 6,
	}} {
		back, ok := ParseStat(s.String())
		require.True(t, ok, s.String())
		require.Equal(t, s, back)
	}
	for _, text := range []string{
		"", "1", "0x1 0x2 3 4 5 6 7 0x8 9 10", "0x1 0x2 3 4 5 6 7 8 9 10 0x11",
		"0x1 0x2 3 4 5 6 7 0x8 9 10 0xg", "0x1 0x2 3 4 5 6 7 0x8 9 10 0x11 12",
	} {
		_, ok := ParseStat(text)
		require.False(t, ok, text)
	}
}
