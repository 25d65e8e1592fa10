package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSpreadNamesTheWorstSeed(t *testing.T) {
	var all []sample
	for i := range 200 {
		all = append(all, sample{time.Duration(200-i) * time.Second, uint64(i)})
	}
	require.Equal(t, spread{
		Name: "x", Count: 200, Median: 100, Most: 180, Nearly: 198, Worst: 200, Seed: 0,
	}, spreadOf("x", all))
	require.Equal(t, spread{Count: 1, Median: 3, Most: 3, Nearly: 3, Worst: 3, Seed: 9},
		spreadOf("", []sample{{3 * time.Second, 9}}))
	require.Equal(t, uint64(4), spreadOf("", []sample{{1, 4}, {1, 5}}).Seed, "the first of equals")
}
