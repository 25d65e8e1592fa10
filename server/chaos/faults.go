package chaos

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/zabscope/zabscope/server/fleet"
)

// Faults are all ways to break an ensemble.
var Faults = []Fault{
	{Name: "kill -9", Break: killOne},
	{Name: "kill -9 of all", Break: killAll},
	{Name: "SIGSTOP", Break: pauseOne},
	{Name: "SIGTERM", Break: stopOne},
	{Name: "one-way cut", Break: cutOneWay},
	{Name: "partition", Break: cutOff},
	{Name: "delay", Break: delayAll},
	{Name: "slow fsync", Break: slowDisk},
	{Name: "full disk", Alone: true, Break: fullDisk},
	{Name: "rot", Alone: true, Break: rotOne},
}

// cutOneWay cuts what one server sends to another.
func cutOneWay(f *fleet.Fleet, rng *rand.Rand) (heal, error) {
	from, to := twoOf(f, rng)
	return lines(f, fmt.Sprintf(":cut %d>%d", from, to), ":heal")
}

// cutOff parts one server from all others, both ways.
func cutOff(f *fleet.Fleet, rng *rand.Rand) (heal, error) {
	m := victim(f, rng)
	var others []string
	for _, o := range f.Members {
		if o != m {
			others = append(others, fmt.Sprint(o.ID))
		}
	}
	return lines(f, fmt.Sprintf(":partition %d|%s", m.ID, strings.Join(others, ",")), ":heal")
}

// delayAll makes all messages slow.
func delayAll(f *fleet.Fleet, rng *rand.Rand) (heal, error) {
	return lines(f, fmt.Sprintf(":delay *>* %dms", 1+rng.IntN(60)), ":heal")
}

// slowDisk makes each fsync of one server take longer, up to what makes it a laggard.
func slowDisk(f *fleet.Fleet, rng *rand.Rand) (heal, error) {
	id := victim(f, rng).ID
	return lines(f, fmt.Sprintf(":slowdisk %d %dms", id, 5+rng.IntN(400)),
		fmt.Sprintf(":slowdisk %d 0ms", id))
}

// lines breaks with one line and heals with another.
func lines(f *fleet.Fleet, breaks, heals string) (heal, error) {
	return func() error { return f.Fault(heals) }, f.Fault(breaks)
}

// twoOf chooses two different members.
func twoOf(f *fleet.Fleet, rng *rand.Rand) (from, to int) {
	a := rng.IntN(len(f.Members))
	b := (a + 1 + rng.IntN(len(f.Members)-1)) % len(f.Members)
	return f.Members[a].ID, f.Members[b].ID
}

// rotOne flips a bit in what one server has kept, its log or a snapshot, while it is down. It
// leaves the last part of the log alone: there nothing tells rot from a write that was torn.
func rotOne(f *fleet.Fleet, rng *rand.Rand) (heal, error) {
	m := f.Members[rng.IntN(len(f.Members))]
	m.Kill()
	return m.Start, rot(filepath.Join(m.Dir, "zabscope"), rng)
}

// rotMin is how long a file must be to rot. Its last half never does.
const rotMin = 64 << 10

// rot flips a bit in the first half of what is written of one large file in the folder, if there is
// one.
func rot(folder string, rng *rand.Rand) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	var large []string
	sizes := make(map[string]int)
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			return err
		}
		used := len(data) - len(trailingZeros(data))
		isData := strings.HasPrefix(e.Name(), "log-") || strings.HasPrefix(e.Name(), "snapshot-")
		if used >= rotMin && isData {
			large = append(large, e.Name())
			sizes[e.Name()] = used
		}
	}
	if len(large) == 0 {
		return nil
	}
	name := large[rng.IntN(len(large))]
	return flip(filepath.Join(folder, name), rng.IntN(sizes[name]/2), 1<<rng.IntN(8))
}

// trailingZeros returns the end of a file that was reserved and never written.
func trailingZeros(data []byte) []byte {
	last := len(data) - 1
	for last >= 0 && data[last] == 0 {
		last--
	}
	return data[last+1:]
}

// flip changes bits of one byte of a file.
func flip(path string, at int, bits byte) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	data[at] ^= bits
	return os.WriteFile(path, data, 0o600)
}

// fullDisk lets every further write of one server fail. It must end by itself, rather than
// acknowledge what it could not keep.
func fullDisk(f *fleet.Fleet, rng *rand.Rand) (heal, error) {
	m := victim(f, rng)
	limit := exec.Command("prlimit", "--pid", fmt.Sprint(m.Pid()), "--fsize=0:0")
	if out, err := limit.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return func() error {
		for limit := time.Now().Add(fullDiskMax); m.Running(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(limit) {
				return fmt.Errorf("server %d goes on although it can write nothing", m.ID)
			}
		}
		return m.Start()
	}, nil
}

// fullDiskMax is how long a server may go on before it notices that its disk is full.
const fullDiskMax = 10 * time.Second
