package fleet_test

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/server/fleet"
)

// patience is for a machine that is busy.
const patience = 30 * time.Second

func started(t *testing.T) *fleet.Fleet {
	t.Helper()
	if err := fleet.Able(); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	kind, err := fleet.Build(dir)
	require.NoError(t, err)
	f, err := fleet.New(kind, fleet.Size{Voters: 3}, dir)
	require.NoError(t, err)
	t.Cleanup(f.Kill)
	require.NoError(t, f.Start(patience))
	return f
}

func TestEnvironment_E09_ServersEndInOrderWhenAsked(t *testing.T) {
	f := started(t)
	leader := f.Leader()
	require.NotNil(t, leader)
	for _, m := range f.Members {
		if m != leader {
			require.NoError(t, m.Stop(patience))
			require.NoError(t, m.ExitError(), m.LastWords())
		}
	}
	alone := time.Now()
	require.NoError(t, leader.Stop(patience))
	require.Less(t, time.Since(alone), 5*time.Second, "nothing can be committed any more")
	require.NoError(t, leader.ExitError(), leader.LastWords())
	require.NoError(t, f.Start(patience), "what ended in order begins again")
}

func TestEnvironment_E09_WhoAsksTwiceDoesNotWait(t *testing.T) {
	f := started(t)
	m := f.Members[0]
	p, err := os.FindProcess(m.Pid())
	require.NoError(t, err)
	for m.Running() {
		_ = p.Signal(syscall.SIGTERM) // it may have ended meanwhile
		time.Sleep(time.Millisecond)
	}
	require.NoError(t, m.Start())
	require.NoError(t, f.WaitServing(patience))
}
