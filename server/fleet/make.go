package fleet

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Make is a kind of server: what to run, and what its zoo.cfg needs beside the common lines.
type Make struct {
	Name    string
	Command func(config string) *exec.Cmd
	// Extra are zoo.cfg lines; dir is the ensemble's directory, where Prepare may have put files.
	Extra   func(dir string) []string
	Prepare func(dir string) error
	// Faults says that the server takes lines of the command language on a port of its own.
	Faults bool
}

// token lets this process, and nobody else on the machine, break what it has started.
var token = rand.Text()

// Zabscope is the server that the binary at the path runs.
func Zabscope(binary string) (Make, error) {
	full, err := filepath.Abs(binary)
	if err != nil {
		return Make{}, err
	}
	if _, err := os.Stat(full); err != nil {
		return Make{}, fmt.Errorf("no zabscope there, run make cli: %w", err)
	}
	secret := func(dir string) string { return filepath.Join(dir, "secret") }
	return Make{
		Name: "zabscope",
		Command: func(config string) *exec.Cmd {
			cmd := exec.Command(full, "node", "--config", config, "--allow-faults")
			cmd.Env = append(os.Environ(), "ZABSCOPE_TOKEN="+token)
			return cmd
		},
		Faults: true,
		Extra:  func(dir string) []string { return []string{"clusterSecretFile=" + secret(dir)} },
		Prepare: func(dir string) error {
			return os.WriteFile(secret(dir), []byte(strings.Repeat("fleet-secret-", 4)), 0o600)
		},
	}, nil
}

// Apache is the server of Debian's package zookeeper.
func Apache() (Make, error) {
	const jar = "/usr/share/java/zookeeper.jar"
	if _, err := os.Stat(jar); err != nil {
		return Make{}, errors.New("no Apache ZooKeeper here; Debian: apt-get install zookeeper")
	}
	return Make{
		Name: "Apache ZooKeeper",
		Command: func(config string) *exec.Cmd {
			return exec.Command("java", "-cp", "/etc/zookeeper/conf:"+jar,
				"org.apache.zookeeper.server.quorum.QuorumPeerMain", config)
		},
		Extra:   func(string) []string { return nil },
		Prepare: func(string) error { return nil },
	}, nil
}

// Build makes a zabscope from the source into a directory and returns the server that it runs.
func Build(dir string) (Make, error) {
	binary := filepath.Join(dir, "zabscope")
	out, err := exec.Command("go", "build", "-o", binary,
		"github.com/zabscope/zabscope/server").CombinedOutput()
	if err != nil {
		return Make{}, fmt.Errorf("build zabscope: %w\n%s", err, out)
	}
	return Zabscope(binary)
}
