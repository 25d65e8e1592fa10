package zoocfg

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Environ is the configuration that the variables of Apache's container image describe.
type Environ struct {
	ConfDir string // ZOO_CONF_DIR
	getenv  func(string) string
}

// FromEnviron reads the variables. It reports false when none of those that make a server is set.
func FromEnviron(getenv func(string) string) (Environ, bool) {
	e := Environ{ConfDir: cmp.Or(getenv("ZOO_CONF_DIR"), "/conf"), getenv: getenv}
	for _, name := range []string{"ZOO_MY_ID", "ZOO_SERVERS", "ZOO_CONF_DIR", "ZOO_DATA_DIR"} {
		if getenv(name) != "" {
			return e, true
		}
	}
	return e, false
}

// Config is the text of zoo.cfg, as the image's entry point writes it.
func (e Environ) Config() string {
	var b strings.Builder
	for _, key := range [][3]string{
		{"dataDir", "ZOO_DATA_DIR", "/data"}, {"dataLogDir", "ZOO_DATA_LOG_DIR", "/datalog"},
		{"tickTime", "ZOO_TICK_TIME", "2000"}, {"initLimit", "ZOO_INIT_LIMIT", "5"},
		{"syncLimit", "ZOO_SYNC_LIMIT", "2"},
		{"autopurge.snapRetainCount", "ZOO_AUTOPURGE_SNAPRETAINCOUNT", "3"},
		{"autopurge.purgeInterval", "ZOO_AUTOPURGE_PURGEINTERVAL", "0"},
		{"maxClientCnxns", "ZOO_MAX_CLIENT_CNXNS", "60"},
		{"standaloneEnabled", "ZOO_STANDALONE_ENABLED", "true"},
		{"admin.enableServer", "ZOO_ADMINSERVER_ENABLED", "true"},
		{"4lw.commands.whitelist", "ZOO_4LW_COMMANDS_WHITELIST", ""},
		{"clientPortAddress", "", "0.0.0.0"}, {"admin.serverAddress", "", "0.0.0.0"},
	} {
		if value := cmp.Or(e.getenv(key[1]), key[2]); value != "" {
			fmt.Fprintf(&b, "%s=%s\n", key[0], value)
		}
	}
	servers := strings.Fields(e.getenv("ZOO_SERVERS"))
	if len(servers) == 0 {
		b.WriteString("clientPort=2181\n")
	}
	for _, line := range append(servers, strings.Fields(e.getenv("ZOO_CFG_EXTRA"))...) {
		b.WriteString(line + "\n")
	}
	return b.String()
}

// MyID is the text of the file myid.
func (e Environ) MyID() string { return cmp.Or(e.getenv("ZOO_MY_ID"), "1") + "\n" }

// Write writes zoo.cfg and myid where they are absent, and returns where zoo.cfg is. Where the
// folder for it cannot be written, as in a container whose root is read-only, it is written to the
// data, anew each time.
func (e Environ) Write() (path string, err error) {
	dir := cmp.Or(e.getenv("ZOO_DATA_DIR"), "/data")
	if err := writeIfAbsent(filepath.Join(dir, "myid"), e.MyID()); err != nil {
		return "", err
	}
	path = filepath.Join(e.ConfDir, "zoo.cfg")
	err = writeIfAbsent(path, e.Config())
	if err == nil || !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EROFS) {
		return path, err
	}
	path = filepath.Join(dir, "zoo.cfg")
	if err := os.WriteFile(path, []byte(e.Config()), 0o644); err != nil {
		return "", fmt.Errorf("write the configuration from the environment: %w", err)
	}
	return path, nil
}

// writeIfAbsent writes a file that is not there, and its folder.
func writeIfAbsent(path, text string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write %s from the environment: %w", path, err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return fmt.Errorf("write %s from the environment: %w", path, err)
	}
	return nil
}
