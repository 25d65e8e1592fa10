package zoocfg

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/zk"
)

// Config is what a zoo.cfg says, with Apache's defaults for what it does not say.
type Config struct {
	DataDir           string
	DataLogDir        string // DataDir when not given
	ClientPort        int    // -1 when only the server.N line has it
	ClientPortAddress string // "127.0.0.1" when not given: who wants more must say so
	TickTime          time.Duration
	InitLimit         int // ticks
	SyncLimit         int // ticks
	MinSessionTimeout time.Duration
	MaxSessionTimeout time.Duration
	MaxClientCnxns    int // of one address; 0 is without limit
	SnapCount         int // transactions
	MaxBuffer         int // jute.maxbuffer, bytes
	Words             []string
	ReadOnlyMode      bool
	ExtendedTypes     bool
	EnforceQuota      bool
	SuperDigest       string        // "super:<hash>", or "" for no super user
	ContainerCheck    time.Duration // between looks for containers and TTL nodes that are due
	Servers           []Server      // by rising id
	Observer          bool          // peerType=observer
	ListenOnAll       bool          // peers are heard on every address: quorumListenOnAllIPs
	PeerTLS           PeerTLS       // sslQuorum
	ClusterSecretFile string        // what the servers of an ensemble prove themselves with
	ClusterName       string        // tells ensembles apart that have one secret
	FinalizeAlways    bool          // electionFinalizeWait=always, as Apache does
	HTTPHost          string        // of /livez, /readyz and /metrics
	HTTPPort          int           // -1 when not given: there is none
	Metrics           bool          // /metrics, when there is a port
	MetricsRuntime    bool          // what the runtime says of the process, too
	CounterSuffix     string        // "_total" behind the names of counters, or ""
	AdminServer       bool          // Apache's commands over HTTP
	AdminHost         string        // of the AdminServer
	AdminPort         int           // of the AdminServer
	AdminURL          string        // path of its commands
	RecordFile        string        // flight recording, in DataDir if relative; "" is none
	RecordSize        int64         // bytes of it
	metricsAsked      bool          // className is Prometheus'
	// Warnings are sentences about what in the file has no effect.
	Warnings []string
}

// PeerTLS says how servers encrypt their links: Apache's keys ssl.quorum., with PEM files alone.
type PeerTLS struct {
	On         bool   // sslQuorum=true
	KeyStore   string // the server's certificate and key
	TrustStore string // who may vouch for others
	VerifyHost bool   // a server must be the host of its line
}

// Server is one server.N line.
type Server struct {
	ID           zk.ServerID
	Host         string
	QuorumPort   int
	ElectionPort int
	Observer     bool
	ClientHost   string // after the semicolon, may be ""
	ClientPort   int    // 0 when not given
}

func defaults() Config {
	return Config{
		ClientPortAddress: "127.0.0.1", TickTime: 3 * time.Second, MaxClientCnxns: 60,
		InitLimit: 10, SyncLimit: 5, SnapCount: 100_000, MaxBuffer: 0xfffff,
		Words: []string{"srvr"}, ContainerCheck: time.Minute, ClusterName: "zabscope",
		HTTPHost: "127.0.0.1", HTTPPort: -1, ClientPort: -1,
		RecordSize: 64 << 20, Metrics: true, MetricsRuntime: true, AdminHost: "127.0.0.1",
		AdminPort: 8080, AdminURL: "/commands", PeerTLS: PeerTLS{VerifyHost: true},
	}
}

// Read reads the file at path.
func Read(path string) (Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read the configuration: %w; "+
			"a first one has three lines: tickTime=2000, dataDir=/var/lib/zookeeper, "+
			"clientPort=2181", err)
	}
	return Parse(path, string(text))
}

// Parse reads text, which came from a file of that name.
func Parse(name, text string) (Config, error) {
	p := parser{name: name, c: defaults(), seen: map[string]int{}}
	for _, l := range lines(text) {
		if err := p.line(l); err != nil {
			return Config{}, err
		}
	}
	if err := p.finish(); err != nil {
		return Config{}, fmt.Errorf("%s: %w", name, err)
	}
	return p.c, nil
}

// line is one setting, where it begins in the file.
type line struct {
	number     int
	key, value string
}

// lines splits a Java properties file: comments begin with # or !, a backslash at the end goes on
// in the next line, and the key ends at =, : or a blank.
func lines(text string) []line {
	var all []line
	number, begun, sofar := 0, 0, ""
	for raw := range strings.Lines(text) {
		number++
		part := strings.TrimSpace(raw)
		if sofar == "" {
			begun = number
			if part == "" || part[0] == '#' || part[0] == '!' {
				continue
			}
		}
		if rest, goesOn := strings.CutSuffix(part, `\`); goesOn {
			sofar += rest
			continue
		}
		all = append(all, split(begun, sofar+part))
		sofar = ""
	}
	if sofar != "" {
		all = append(all, split(begun, sofar))
	}
	return all
}

func split(number int, text string) line {
	at := strings.IndexAny(text, "=: \t")
	if at < 0 {
		return line{number: number, key: text}
	}
	value := strings.TrimLeft(text[at:], " \t")
	value = strings.TrimPrefix(strings.TrimPrefix(value, "="), ":")
	if text[at] == '=' {
		value = text[at+1:]
	}
	return line{number: number, key: text[:at], value: strings.TrimSpace(value)}
}
