package shell

import (
	"strconv"

	"github.com/zabscope/zabscope/core/zk"
)

// StatBlock returns zkCli's eleven lines about a znode.
func StatBlock(s *zk.Stat) string {
	return lines([]string{
		"cZxid = " + s.Czxid.String(),
		"ctime = " + Date(s.Ctime),
		"mZxid = " + s.Mzxid.String(),
		"mtime = " + Date(s.Mtime),
		"pZxid = " + s.Pzxid.String(),
		"cversion = " + strconv.Itoa(int(s.Cversion)),
		"dataVersion = " + strconv.Itoa(int(s.Version)),
		"aclVersion = " + strconv.Itoa(int(s.Aversion)),
		"ephemeralOwner = 0x" + strconv.FormatUint(uint64(s.EphemeralOwner), 16),
		"dataLength = " + strconv.Itoa(int(s.DataLength)),
		"numChildren = " + strconv.Itoa(int(s.NumChildren)),
	})
}

const (
	weekdays = "ThuFriSatSunMonTueWed" // 1 January 1970 was a Thursday
	months   = "JanFebMarAprMayJunJulAugSepOctNovDec"
	dayMs    = 24 * 60 * 60 * 1000
)

// Date returns Unix milliseconds as Java's Date prints them in UTC, "Thu Jan 01 00:00:00 UTC 1970".
func Date(ms int64) string {
	days := floorDiv(ms, dayMs)
	seconds := (ms - days*dayMs) / 1000
	weekday := days - 7*floorDiv(days, 7)
	year, month, day := civil(days)
	return weekdays[3*weekday:3*weekday+3] + " " + months[3*month-3:3*month] + " " + two(day) +
		" " + two(seconds/3600) + ":" + two(seconds/60%60) + ":" + two(seconds%60) +
		" UTC " + strconv.FormatInt(year, 10)
}

// civil turns days since 1970 into a date of the Gregorian calendar. Years are counted from 1 March
// so that the leap day is the last; an era is 400 years.
func civil(days int64) (year, month, day int64) {
	days += 719468
	era := floorDiv(days, 146097)
	dayOfEra := days - era*146097
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	m := (5*dayOfYear + 2) / 153
	day = dayOfYear - (153*m+2)/5 + 1
	year, month = yearOfEra+era*400, m+3
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func two(n int64) string {
	if n < 10 {
		return "0" + strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n, 10)
}
