package zk

import (
	"strconv"
	"strings"
)

// A quota is a znode below QuotaPath + the path that it limits, with these children.
const (
	QuotaPath  = "/zookeeper/quota"
	QuotaLimit = "zookeeper_limits"
	QuotaStats = "zookeeper_stats"
)

// Usage is what either child of a quota says, StatsTrack.java: "count=3,bytes=8", and in limits
// "count=-1,bytes=-1=;byteHardLimit=8;countHardLimit=3". -1 is no limit.
type Usage struct {
	Count, Bytes         int64
	CountHard, BytesHard int64
}

// NoUsage limits nothing.
var NoUsage = Usage{Count: -1, Bytes: -1, CountHard: -1, BytesHard: -1}

// ParseUsage reads what it can; ok tells whether that was all.
func ParseUsage(text []byte) (u Usage, ok bool) {
	u, ok = NoUsage, true
	isBreak := func(r rune) bool { return r == ',' || r == ';' }
	for pair := range strings.FieldsFuncSeq(string(text), isBreak) {
		key, value, _ := strings.Cut(pair, "=")
		value, _, _ = strings.Cut(value, "=")
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			ok = false
			continue
		}
		switch key {
		case "count":
			u.Count = n
		case "bytes":
			u.Bytes = n
		case "countHardLimit":
			u.CountHard = n
		case "byteHardLimit":
			u.BytesHard = n
		}
	}
	return u, ok
}
