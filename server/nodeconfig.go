package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"log/slog"
	"net"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/zabscope/zabscope/core/node"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/clients"
	"github.com/zabscope/zabscope/server/peers"
	"github.com/zabscope/zabscope/server/store"
	"github.com/zabscope/zabscope/server/zoocfg"
)

// nodeConfig is what the node itself is told.
func nodeConfig(cfg zoocfg.Config, who identity) (node.Config, error) {
	c := node.DefaultConfig(who.id, zk.SetOf(who.id), 0)
	if cfg.IsEnsemble() {
		c.Voters, c.Observers, c.Members = cfg.Voters(), cfg.Observers(), cfg.Members()
	}
	c.TickTime, c.InitLimit, c.SyncLimit = cfg.TickTime, cfg.InitLimit, cfg.SyncLimit
	c.MinSessionTimeoutMs = int32(cfg.MinSessionTimeout.Milliseconds())
	c.MaxSessionTimeoutMs = int32(cfg.MaxSessionTimeout.Milliseconds())
	c.SnapCount, c.FinalizeAlways = cfg.SnapCount, cfg.FinalizeAlways
	c.ContainerCheckInterval = cfg.ContainerCheck
	c.ExtendedTypes, c.EnforceQuota = cfg.ExtendedTypes, cfg.EnforceQuota
	c.ReadOnlyMode = cfg.ReadOnlyMode
	c.SuperDigest, c.Limits = cfg.SuperDigest, node.DefaultLimits()
	var seed [8]byte
	_, _ = rand.Read(seed[:]) // never fails
	c.Seed = binary.LittleEndian.Uint64(seed[:])
	if who.secret != nil {
		c.Secret = passwordKey(who.secret)
		return c, nil
	}
	key, err := sessionKey(cfg.DataDir)
	c.Secret = key
	return c, err
}

// passwordKey makes the passwords of sessions, the same on all servers: a client may go to any.
func passwordKey(secret []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("zabscope: passwords of sessions"))
	return mac.Sum(nil)
}

// peersConfig derives how patient a server is with its peers from what ZooKeeper's settings say.
func peersConfig(
	cfg zoocfg.Config, who identity, faults *peers.Faults, log *slog.Logger,
) (peers.Config, error) {
	sealed, err := peerTLS(cfg)
	const least, most = 200 * time.Millisecond, time.Second
	return peers.Config{
		Self: who.id, Voters: cfg.Voters(), Observers: cfg.Observers(),
		Addresses: cfg.PeerAddresses(), Cluster: cfg.ClusterName, Secret: who.secret,
		Faults: faults, Log: log, TLS: sealed,
		Timing: peers.Timing{
			KeepAlive: min(max(cfg.TickTime/2, least), most),
			Silence:   max(time.Duration(cfg.SyncLimit)*cfg.TickTime, most),
		},
	}, err
}

func portConfig(
	cfg zoocfg.Config, who identity, at net.Addr, disk *store.Disk, log *slog.Logger,
) clients.Config {
	perIP := cfg.MaxClientCnxns
	if perIP == 0 {
		perIP = -1
	}
	c := clients.Config{
		ConnsPerIP: perIP, FrameMax: cfg.MaxBuffer, Words: cfg.Words,
		Standalone: true, Version: serverVersion(), Log: log, Disk: disk.Size,
		Settings: func() []clients.Setting { return settings(cfg, who, at, disk) },
	}
	if cfg.IsEnsemble() {
		c.Standalone, c.Members, c.Voters = false, cfg.Members(), cfg.Voters().Len()
		c.Servers = memberList(cfg)
	}
	return c
}

// settings are the lines of conf.
func settings(
	cfg zoocfg.Config, who identity, at net.Addr, disk *store.Disk,
) []clients.Setting {
	_, port, _ := net.SplitHostPort(at.String())
	snapshots, log := disk.Size()
	number := func(v int64) string { return strconv.FormatInt(v, 10) }
	all := []clients.Setting{
		{Name: "clientPort", Value: port},
		{Name: "secureClientPort", Value: "-1"},
		{Name: "dataDir", Value: cfg.DataDir},
		{Name: "dataDirSize", Value: number(snapshots)},
		{Name: "dataLogDir", Value: cfg.DataLogDir},
		{Name: "dataLogSize", Value: number(log)},
		{Name: "tickTime", Value: number(cfg.TickTime.Milliseconds())},
		{Name: "maxClientCnxns", Value: number(int64(cfg.MaxClientCnxns))},
		{Name: "minSessionTimeout", Value: number(cfg.MinSessionTimeout.Milliseconds())},
		{Name: "maxSessionTimeout", Value: number(cfg.MaxSessionTimeout.Milliseconds())},
		{Name: "clientPortListenBacklog", Value: "-1"},
	}
	if !cfg.IsEnsemble() {
		return append(all, clients.Setting{Name: "serverId", Value: "0"})
	}
	return append(all, quorumSettings(cfg, who)...)
}

// quorumSettings are the lines that only a server of an ensemble has.
func quorumSettings(cfg zoocfg.Config, who identity) []clients.Setting {
	peerType := "0"
	if cfg.Observers().Has(who.id) {
		peerType = "1"
	}
	all := []clients.Setting{
		{Name: "serverId", Value: who.id.String()},
		{Name: "initLimit", Value: strconv.Itoa(cfg.InitLimit)},
		{Name: "syncLimit", Value: strconv.Itoa(cfg.SyncLimit)},
		{Name: "electionAlg", Value: "3"},
	}
	for _, s := range cfg.Servers {
		if s.ID == who.id {
			all = append(all,
				clients.Setting{Name: "electionPort", Value: strconv.Itoa(s.ElectionPort)},
				clients.Setting{Name: "quorumPort", Value: strconv.Itoa(s.QuorumPort)})
		}
	}
	return append(all, clients.Setting{Name: "peerType", Value: peerType})
}

// serverVersion is what srvr tells: the protocol's version, of which clients read the numbers, and
// this build.
func serverVersion() string {
	build := strings.NewReplacer("(", "", ")", "", " ", "-").Replace(release())
	built := time.Time{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.time" {
				built, _ = time.Parse(time.RFC3339, setting.Value) // else the year 1
			}
		}
	}
	return "3.8.0-zabscope-" + build + ", built on " + built.UTC().Format("2006-01-02 15:04 MST")
}
