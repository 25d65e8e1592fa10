package clients

import (
	"os"
	"os/user"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

func (t *teller) conf() {
	for _, s := range t.port.cfg.Settings() {
		t.line(s.Name, "=", s.Value)
	}
	if t.port.cfg.Members != "" {
		t.line("membership: ")
		t.WriteString(t.port.cfg.Members)
	}
}

func (t *teller) dirs() {
	snapshots, log := t.port.cfg.Disk()
	t.line("datadir_size: ", strconv.FormatInt(snapshots, 10))
	t.line("logdir_size: ", strconv.FormatInt(log, 10))
}

// envi tells where the server runs.
func (t *teller) envi() {
	t.line("Environment:")
	for _, e := range t.environment() {
		t.line(e.Name, "=", e.Value)
	}
}

// environment has the names that tools look for; there is no Java here.
func (t *teller) environment() []Setting {
	host, _ := os.Hostname()
	home, _ := os.UserHomeDir()
	dir, _ := os.Getwd()
	name := ""
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return []Setting{
		{"zookeeper.version", t.port.cfg.Version}, {"host.name", host},
		{"java.version", runtime.Version()}, {"java.vendor", "none, this is Go"},
		{"java.home", ""}, {"java.class.path", ""}, {"java.library.path", ""},
		{"java.io.tmpdir", os.TempDir()}, {"java.compiler", runtime.Compiler},
		{"os.name", runtime.GOOS}, {"os.arch", runtime.GOARCH}, {"os.version", kernel()},
		{"user.name", name}, {"user.home", home}, {"user.dir", dir},
		{"os.memory.free", megabytes(m.HeapSys - m.HeapInuse)},
		{"os.memory.max", megabytes(memoryMax())},
		{"os.memory.total", megabytes(m.Sys)},
	}
}

func megabytes(bytes uint64) string { return strconv.FormatUint(bytes>>20, 10) + "MB" }

// kernel is the release of the operating system, where it can be read as a file.
func kernel() string {
	release, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(release))
}

// descriptors counts the open files, or is -1 where that cannot be known.
func descriptors() int {
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return -1
	}
	return len(open)
}

// descriptorsMax is how many files may be open, or -1 where that cannot be known.
func descriptorsMax() int { return numberIn("/proc/self/limits", "Max open files") }

// memoryMax is how many bytes the process may use.
func memoryMax() uint64 {
	limit := uint64(debug.SetMemoryLimit(-1))
	if installed := numberIn("/proc/meminfo", "MemTotal:"); installed > 0 {
		return min(limit, uint64(installed)<<10)
	}
	return limit
}

// numberIn returns the first number behind a label in a file of the system, -1 if there is none.
func numberIn(file, label string) int {
	text, err := os.ReadFile(file)
	if err != nil {
		return -1
	}
	for line := range strings.Lines(string(text)) {
		if rest, is := strings.CutPrefix(line, label); is {
			if n, err := strconv.Atoi(strings.Fields(rest + " -")[0]); err == nil {
				return n
			}
		}
	}
	return -1
}
