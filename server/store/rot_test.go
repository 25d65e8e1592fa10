package store_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/server/store"
)

// look boots from what p holds and tells what was found there.
func look(p *paper) (node.Boot, []string, error) {
	opts := tight
	opts.Files = p
	d, err := store.Open(store.Dirs{Snap: "data"}, server3, opts)
	if err != nil {
		return node.Boot{}, nil, err
	}
	b, err := d.Boot()
	return b, d.Notes(), err
}

// live lets an author write to a new disk, and ends with a batch that the last promise is not in.
func live(t *rapid.T) (*paper, *author) { return liveAs(t, server3) }

func liveAs(t *rapid.T, id store.Identity) (*paper, *author) {
	p, a := newPaper(), newAuthor(t)
	a.id = id
	require.NoError(t, a.run(p, func(d *store.Disk) error {
		for range rapid.IntRange(1, 3).Draw(t, "parts") {
			if err := a.random(t, d); err != nil {
				return err
			}
		}
		promise := step.Write{Kind: step.AcceptEpoch, Epoch: a.state.accepted + 1}
		if err := a.write(d, promise); err != nil {
			return err
		}
		return a.write(d, step.Write{Kind: step.AppendTxns, Txns: a.txns(1, 0)})
	}))
	return p, a
}

// file draws one of the files of a kind.
func file(t *rapid.T, p *paper, prefix string) string {
	var paths []string
	for _, path := range slices.Sorted(maps.Keys(p.names)) {
		if strings.HasPrefix(path, "data/zabscope/"+prefix) {
			paths = append(paths, path)
		}
	}
	if len(paths) == 0 {
		t.Skip("there is none")
	}
	return rapid.SampledFrom(paths).Draw(t, "file")
}

// requireHonest demands that after something happened to the files the store refuses to start, says
// that it is damaged, or knows everything; less only by the last batch, where a flipped bit looks
// like a torn write. What it had promised it keeps, unless it refuses.
func requireHonest(t *rapid.T, a *author, p *paper, mayTear bool) {
	b, notes, err := look(p)
	switch {
	case err != nil:
		return
	case b.Damaged:
		require.Nil(t, b.Snap)
		require.Empty(t, b.Log)
		require.Contains(t, strings.Join(notes, "\n"), "damaged at byte")
		again, _, err := look(p.killed())
		require.NoError(t, err)
		require.True(t, again.Damaged, "damage is forgotten")
		return
	}
	got := recovered(&b)
	if mayTear && got.line() == a.before {
		require.Contains(t, strings.Join(notes, "\n"), "unfinished batch")
		return
	}
	require.Equal(t, a.state.line(), got.line())
}

func TestFlippedBitIsNeverServed(t *testing.T) {
	for _, prefix := range []string{"log-", "snapshot-", "identity"} {
		t.Run(prefix, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				p, a := live(t)
				p = p.killed()
				s := p.names[file(t, p, prefix)]
				s.data = slices.Clone(s.data)
				bit := rapid.IntRange(0, 8*len(s.data)-1).Draw(t, "bit")
				s.data[bit/8] ^= 1 << (bit % 8)
				requireHonest(t, a, p, prefix == "log-")
			})
		})
	}
}

func TestLostFileIsNeverPassedOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, a := live(t)
		p = p.killed()
		delete(p.names, file(t, p, ""))
		requireHonest(t, a, p, false)
	})
}

func TestFileOfAnotherServerIsNeverBelieved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, a := live(t)
		p = p.killed()
		other := store.Identity{Cluster: server3.Cluster, MyID: 4}
		theirs, _ := liveAs(t, other)
		path := file(t, p, "")
		if theirs.names[path] == nil {
			t.Skip("they have no such file")
		}
		p.names[path] = theirs.names[path]
		requireHonest(t, a, p, false)
	})
}
