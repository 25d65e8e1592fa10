package tree

import (
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// A quota limits a path, and its usage is counted in a znode beside the limits, by every server on
// its own when it applies what changes it (DataTree.java, Quotas.java).
const (
	limitName = zk.QuotaLimit
	statsName = zk.QuotaStats
)

// usage is the text of either znode.
type usage zk.Usage

func parseUsage(text []byte) (usage, bool) {
	u, ok := zk.ParseUsage(text)
	return usage(u), ok
}

// isLimit reports whether there is any limit, soft ones too, which forbid nothing.
func (u usage) isLimit() bool {
	return max(u.Count, u.Bytes, u.CountHard, u.BytesHard) > -1
}

func (u usage) text() []byte {
	b := strconv.AppendInt([]byte("count="), u.Count, 10)
	b = strconv.AppendInt(append(b, ",bytes="...), u.Bytes, 10)
	if u.BytesHard == -1 && u.CountHard == -1 {
		return b
	}
	b = append(b, '=')
	if u.BytesHard != -1 {
		b = strconv.AppendInt(append(b, ";byteHardLimit="...), u.BytesHard, 10)
	}
	if u.CountHard != -1 {
		b = strconv.AppendInt(append(b, ";countHardLimit="...), u.CountHard, 10)
	}
	return b
}

// limited returns the longest prefix of path that has a quota, "" if none has: the root never has.
func (d *DB) limited(path string) string {
	at, end := d.root.find(quotaPath), 0
	for from := 1; at != nil && at.kids.Len() > 0 && from < len(path); {
		to := len(path)
		if i := strings.IndexByte(path[from:], '/'); i >= 0 {
			to = from + i
		}
		at, _ = at.kids.Get(path[from:to])
		if at != nil && at.hasKid(limitName) {
			end = to
		}
		from = to + 1
	}
	return path[:end]
}

func (z *znode) hasKid(name string) bool {
	_, ok := z.kids.Get(name)
	return ok
}

// checkQuota reports whether a hard limit forbids that path grows by that much. What cannot be
// read breaks the write (ZooKeeperServer.java checkQuota).
func (d *DB) checkQuota(m Meta, path string, bytes, count int64) zk.Err {
	prefix := ""
	if m.EnforceQuota {
		prefix = d.limited(path)
	}
	if prefix == "" {
		return zk.OK
	}
	most, readable := parseUsage(d.root.find(quotaPath + prefix + "/" + limitName).data)
	if !readable {
		return zk.ErrMarshalling
	}
	stats := d.statsOf(prefix)
	if !most.isLimit() || stats == nil {
		return zk.OK
	}
	have, readable := parseUsage(stats.data)
	switch {
	case !readable:
		return zk.ErrMarshalling
	case most.CountHard > -1 && have.Count+count > most.CountHard,
		most.BytesHard > -1 && have.Bytes+bytes > most.BytesHard:
		return zk.ErrQuotaExceeded
	}
	return zk.OK
}

func (d *DB) statsOf(prefix string) *znode {
	return d.root.find(quotaPath + prefix + "/" + statsName)
}

// account adds to the usage of the quota that path is under. Nothing but the text of the stats
// changes.
func (d *DB) account(path string, bytes, count int64) {
	prefix := d.limited(path)
	if prefix == "" {
		return
	}
	stats := d.statsOf(prefix)
	if stats == nil {
		return
	}
	u, _ := parseUsage(stats.data) // where Apache ends itself, what cannot be read counts as none
	u.Bytes += bytes
	u.Count += count
	d.setStats(stats.path, u)
}

// recount fills the stats of a quota when they are created.
func (d *DB) recount(created string) {
	prefix, ok := strings.CutSuffix(created, "/"+statsName)
	if !ok {
		return
	}
	limited, ok := strings.CutPrefix(prefix, quotaPath)
	if !ok {
		return
	}
	u := usage{CountHard: -1, BytesHard: -1}
	if z := d.root.find(limited); z != nil {
		u.add(z)
	}
	d.setStats(created, u)
}

// add counts a znode and all below it.
func (u *usage) add(z *znode) {
	u.Count++
	u.Bytes += int64(len(z.data))
	for _, kid := range z.kids.All() {
		u.add(kid)
	}
}

func (d *DB) setStats(path string, u usage) {
	z := d.edit(path)
	z.setData(u.text())
	d.resum(z)
}
