package main

import (
	"fmt"
	"slices"
	"time"
)

// series is the values of one number in several rounds.
type series []float64

// median returns the middle value, 0 of nothing.
func (s series) median() float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	return sorted[len(sorted)/2]
}

// show returns "median (lowest–highest)", each in the format.
func (s series) show(format string) string {
	if len(s) == 0 {
		return "none"
	}
	return fmt.Sprintf(format+" ("+format+"–"+format+")", s.median(), slices.Min(s), slices.Max(s))
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
