package scenario

import "testing"

// BenchmarkStep is one step of a world of five idle servers and a client, with everything that a
// session adds to it.
func BenchmarkStep(b *testing.B) {
	f, _ := FreePlay(5, 0, 1)
	s, err := NewSession(f, Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, line := range []string{":until service == available", ":client A@1"} {
		if res := s.Command(line); res.Err != nil {
			b.Fatal(res.Err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		s.tick(1 << 62)
	}
}

// BenchmarkJudge is the same with a check that is judged after every step.
func BenchmarkJudge(b *testing.B) {
	f, err := Parse("x", `---
title: t
cluster: 5 voters
from: broadcast
---
## One {#one}
`+"```run\n:wait 24h\n```\n```expect\nalways: leader == 5 and service == available\n```\n")
	if err != nil {
		b.Fatal(err)
	}
	s, err := NewSession(f, Options{})
	if err != nil {
		b.Fatal(err)
	}
	s.Command(":next")
	for b.Loop() {
		s.tick(1 << 62)
	}
}
