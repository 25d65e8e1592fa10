package ui

import (
	"testing"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/web/text"
)

func BenchmarkActionsOfADividedCluster(b *testing.B) {
	m := led(13)
	cutOff(m, zk.SetOf(1, 2, 3, 4, 5))
	for b.Loop() {
		BuildActions(m, "server-7", text.In(text.EN))
	}
}

func BenchmarkListRow(b *testing.B) {
	m := led(13)
	cutOff(m, zk.SetOf(1, 2, 3, 4, 5))
	for b.Loop() {
		BuildListRow(m, m.Server(7), View{}, text.In(text.EN))
	}
}
