package zoocfg

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/zk"
)

type parser struct {
	name   string
	c      Config
	seen   map[string]int // the line of each key
	unused []string
	others []line // keys that Apache does not have
}

// setter takes a value, or says what would be right.
type setter func(c *Config, value string) error

// settings are the keys that have an effect: Apache's, and at the end our own.
var settings = map[string]setter{
	"dataDir":           text(func(c *Config) *string { return &c.DataDir }),
	"dataLogDir":        text(func(c *Config) *string { return &c.DataLogDir }),
	"clientPort":        number(0, 65535, func(c *Config) *int { return &c.ClientPort }),
	"clientPortAddress": text(func(c *Config) *string { return &c.ClientPortAddress }),
	"tickTime":          millis(1, func(c *Config) *time.Duration { return &c.TickTime }),
	"initLimit":         number(1, 1e6, func(c *Config) *int { return &c.InitLimit }),
	"syncLimit":         number(1, 1e6, func(c *Config) *int { return &c.SyncLimit }),
	"minSessionTimeout": millis(-1, func(c *Config) *time.Duration { return &c.MinSessionTimeout }),
	"maxSessionTimeout": millis(-1, func(c *Config) *time.Duration { return &c.MaxSessionTimeout }),
	"maxClientCnxns":    number(0, 1e6, func(c *Config) *int { return &c.MaxClientCnxns }),
	"snapCount":         number(2, 1e9, func(c *Config) *int { return &c.SnapCount }),
	"jute.maxbuffer":    number(1024, 1<<30, func(c *Config) *int { return &c.MaxBuffer }),

	"4lw.commands.whitelist": whitelist,
	"readonlymode.enabled":   truth(func(c *Config) *bool { return &c.ReadOnlyMode }),
	"extendedTypesEnabled":   truth(func(c *Config) *bool { return &c.ExtendedTypes }),
	"enforceQuota":           truth(func(c *Config) *bool { return &c.EnforceQuota }),
	"quorumListenOnAllIPs":   truth(func(c *Config) *bool { return &c.ListenOnAll }),
	"peerType":               peerType,
	"electionAlg":            electionAlg,
	"znode.container.checkIntervalMs": millis(1,
		func(c *Config) *time.Duration { return &c.ContainerCheck }),
	"DigestAuthenticationProvider.superDigest": superDigest,

	"metricsProvider.httpHost":      text(func(c *Config) *string { return &c.HTTPHost }),
	"metricsProvider.httpPort":      number(0, 65535, func(c *Config) *int { return &c.HTTPPort }),
	"metricsProvider.className":     metricsProvider,
	"metricsProvider.exportJvmInfo": truth(func(c *Config) *bool { return &c.MetricsRuntime }),
	"metricsProvider.counterSuffix": counterSuffix,
	"admin.enableServer":            truth(func(c *Config) *bool { return &c.AdminServer }),
	"admin.serverAddress":           text(func(c *Config) *string { return &c.AdminHost }),
	"admin.serverPort":              number(0, 65535, func(c *Config) *int { return &c.AdminPort }),
	"admin.commandURL":              commandURL,
	"clusterSecretFile":             text(func(c *Config) *string { return &c.ClusterSecretFile }),
	"clusterName":                   clusterName,
	"electionFinalizeWait":          finalizeWait,
	"quirk":                         noQuirk,
	"sslQuorum":                     truth(func(c *Config) *bool { return &c.PeerTLS.On }),
	"ssl.quorum.keyStore.location": pemFile(
		func(c *Config) *string { return &c.PeerTLS.KeyStore }),
	"ssl.quorum.trustStore.location": pemFile(
		func(c *Config) *string { return &c.PeerTLS.TrustStore }),
	"ssl.quorum.hostnameVerification": truth(
		func(c *Config) *bool { return &c.PeerTLS.VerifyHost }),
	"flightRecorder.file": text(func(c *Config) *string { return &c.RecordFile }),
	"flightRecorder.size": size(1<<20, func(c *Config) *int64 { return &c.RecordSize }),
}

// idle are keys of Apache's that change nothing here; one that ends with a dot stands for all that
// begin with it.
var idle = strings.Fields(`admin. autopurge. metricsProvider. ssl. sasl.
	quorum. authProvider. kerberos. X509AuthenticationProvider. group. weight. multiAddress.
	secureClientPort secureClientPortAddress clientPortListenBacklog standaloneEnabled
	reconfigEnabled dynamicConfigFile syncEnabled globalOutstandingLimit preAllocSize
	fastleader.minNotificationInterval fastleader.maxNotificationInterval forceSync leaderServes
	portUnification serverCnxnFactory localSessionsEnabled
	localSessionsUpgradingEnabled connectToLearnerMasterLimit observerMasterPort
	initLimitFromLeader fsync.warningthresholdms maxCnxns commitLogCount
	commitProcessor. snapshot. digest.enabled skipACL traceFile
	snapshot.trust.empty watchManagerName maxResponseCacheSize maxGetChildrenResponseCacheSize
	request. requestThrottleLimit requestThrottleStallTime requestThrottleDropStale
	largeRequestMaxBytes largeRequestThreshold connectionMaxTokens connectionTokenFillTime
	connectionTokenFillCount connectionFreezeTime connectionDropIncrease connectionDropDecrease
	connectionDecreaseRatio connectionWeightEnabled throttledOpWaitTime ensembleAuthenticationName
	sessionRequireClientSASLAuth enforce. enableEagerACLCheck txnLogSizeLimitInKb snapSizeLimitInKb
	znode.container.maxPerMinute znode.container.maxNeverUsedIntervalMs learner. leader.
	electionPortBindRetry observer. snapsync.retry. netty. nio. client.portUnification
	audit.enable jvm.pause. jmx. closeSessionTxn.enabled cnxTimeout flushDelay maxWriteQueuePollTime
	maxBatchSize superUser fips-mode tcpKeepAlive configData version oraclePath allowedOrigins`)

func isIdle(key string) bool {
	return slices.ContainsFunc(idle, func(known string) bool {
		return key == known || strings.HasSuffix(known, ".") && strings.HasPrefix(key, known)
	})
}

func (p *parser) line(l line) error {
	l.key = strings.TrimPrefix(l.key, "zookeeper.")
	if before, twice := p.seen[l.key]; twice {
		p.warn("line %d: %s was set in line %d already; the last one counts", l.number, l.key,
			before)
	}
	p.seen[l.key] = l.number
	err := p.set(l)
	if err != nil {
		return fmt.Errorf("%s, line %d: %w", p.name, l.number, err)
	}
	return nil
}

func (p *parser) set(l line) error {
	if set := settings[l.key]; set != nil {
		if err := set(&p.c, l.value); err != nil {
			return fmt.Errorf("%s=%s: %w", l.key, l.value, err)
		}
		return nil
	}
	if id, isServer := strings.CutPrefix(l.key, "server."); isServer {
		return p.server(id, l.value)
	}
	if isIdle(l.key) {
		p.unused = append(p.unused, l.key)
		return nil
	}
	p.others = append(p.others, l)
	p.warn("line %d: %q is no setting of ZooKeeper's and has no effect; %s", l.number, l.key,
		advice(l.key))
	return nil
}

// adviceMax is how many letters make a key another one.
const adviceMax = 4

// advice names the key that was probably meant.
func advice(key string) string {
	best, distance := "", adviceMax
	for _, known := range slices.Sorted(keysOf(settings)) {
		if d := edits(strings.ToLower(key), strings.ToLower(known)); d < distance {
			best, distance = known, d
		}
	}
	if best == "" {
		return "take the line out, or put # before it"
	}
	return "did you mean " + best + "?"
}

func keysOf(m map[string]setter) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

// edits returns how many letters must be changed, put in or taken out to get from a to b.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func (p *parser) warn(format string, args ...any) {
	p.c.Warnings = append(p.c.Warnings, fmt.Sprintf(format, args...))
}

// server takes host:quorumPort:electionPort[:participant|observer][;[address:]clientPort].
func (p *parser) server(id, value string) error {
	sid, err := strconv.Atoi(id)
	if err != nil || sid < 1 || sid > int(zk.ServerMax) {
		return fmt.Errorf("server.%s: the id must be a number from 1 to %d, the one in its"+
			" dataDir/myid", id, zk.ServerMax)
	}
	peer, client, hasClient := strings.Cut(value, ";")
	s := Server{ID: zk.ServerID(sid)}
	if !s.peerPart(peer) || hasClient && !s.clientPart(client) {
		return fmt.Errorf("server.%s=%s: write server.%s=host:2888:3888, and if need be"+
			" :participant or :observer and ;clientPort behind it", id, value, id)
	}
	p.c.Servers = slices.DeleteFunc(p.c.Servers, func(o Server) bool { return o.ID == s.ID })
	p.c.Servers = append(p.c.Servers, s)
	return nil
}

func (s *Server) peerPart(text string) bool {
	if before, role, has := cutLast(text); has && role == "observer" || role == "participant" {
		s.Observer = role == "observer"
		text = before
	}
	text, election, _ := cutLast(text)
	host, quorum, ok := cutLast(text)
	s.Host = strings.Trim(host, "[]")
	return ok && s.Host != "" && port(quorum, &s.QuorumPort) && port(election, &s.ElectionPort)
}

func (s *Server) clientPart(text string) bool {
	host, number, has := cutLast(text)
	if !has {
		number = text
	}
	if has {
		s.ClientHost = strings.Trim(host, "[]")
	}
	return port(number, &s.ClientPort)
}

// cutLast cuts at the last colon.
func cutLast(text string) (before, after string, found bool) {
	at := strings.LastIndexByte(text, ':')
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+1:], true
}

func port(text string, into *int) bool {
	n, err := strconv.Atoi(text)
	*into = n
	return err == nil && n >= 1 && n <= 65535
}

// finish checks what belongs together and fills in what depends on something else.
func (p *parser) finish() error {
	c := &p.c
	if len(p.unused) > 0 {
		p.warn("accepted, without effect here: %s", strings.Join(p.unused, ", "))
	}
	if c.ClientPort < 0 && !c.hasClientPorts() {
		return p.missing("clientPort", "clientPort=2181")
	}
	if c.DataDir == "" {
		return p.missing("dataDir", "dataDir=/var/lib/zookeeper")
	}
	if net.ParseIP(c.ClientPortAddress) == nil {
		if _, err := net.LookupHost(c.ClientPortAddress); err != nil {
			return fmt.Errorf("line %d: clientPortAddress=%s is no address of this machine;"+
				" write 127.0.0.1 for clients on it, 0.0.0.0 for clients from anywhere",
				p.seen["clientPortAddress"], c.ClientPortAddress)
		}
	}
	c.DataLogDir = cmp.Or(c.DataLogDir, c.DataDir)
	if t := c.PeerTLS; t.On && (t.KeyStore == "" || t.TrustStore == "") {
		return errors.New("sslQuorum=true needs ssl.quorum.keyStore.location, a PEM file with the" +
			" server's certificate and key, and ssl.quorum.trustStore.location, one with the" +
			" certificate of who signs them")
	}
	if c.metricsAsked && c.HTTPPort < 0 {
		c.HTTPPort = prometheusPort
	}
	if c.RecordFile != "" && !filepath.IsAbs(c.RecordFile) {
		c.RecordFile = filepath.Join(c.DataDir, c.RecordFile)
	}
	if err := p.finishTimeouts(); err != nil {
		return err
	}
	if c.ReadOnlyMode && !slices.Contains(c.Words, "isro") {
		c.Words = append(c.Words, "isro") // clients look for a server that writes with it
	}
	slices.SortFunc(c.Servers, func(a, b Server) int { return cmp.Compare(a.ID, b.ID) })
	return nil
}

// missing names a key that every file has, and the one that may have been meant for it.
func (p *parser) missing(key, example string) error {
	for _, l := range p.others {
		if edits(strings.ToLower(l.key), strings.ToLower(key)) < adviceMax {
			return fmt.Errorf("%s is missing; line %d has %q, did you mean %s?", key, l.number,
				l.key, key)
		}
	}
	return fmt.Errorf("%s is missing; add, for instance, %s", key, example)
}

func (p *parser) finishTimeouts() error {
	c := &p.c
	if c.MinSessionTimeout <= 0 {
		c.MinSessionTimeout = 2 * c.TickTime
	}
	if c.MaxSessionTimeout <= 0 {
		c.MaxSessionTimeout = 20 * c.TickTime
	}
	if c.MinSessionTimeout > c.MaxSessionTimeout {
		return fmt.Errorf("minSessionTimeout (%d ms) is above maxSessionTimeout (%d ms);"+
			" without them they are 2 and 20 times tickTime",
			c.MinSessionTimeout.Milliseconds(), c.MaxSessionTimeout.Milliseconds())
	}
	return nil
}
