package replay

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// word sends a four-letter word. Of some answers the text counts, of others only what they name.
func (r *Runner) word(s *Step) (result, error) {
	text, err := r.net.Word(s.Server, s.Cmd)
	if err != nil {
		return result{}, err
	}
	switch s.Cmd {
	case "ruok", "isro", "nope", "crst", "srst", "stmk", "wchs":
		return result{Text: &text}, nil
	case "mntr":
		return result{Keys: sorted(slices.DeleteFunc(keys(text, "\t"), isNotCore))}, nil
	case "envi", "conf":
		return result{Keys: sorted(keys(text, "="))}, nil
	case "srvr", "stat":
		return result{Keys: sorted(keys(text, ":"))}, nil
	}
	text = r.anonymous(s.Cmd, text)
	return result{Text: &text}, nil
}

func keys(text, separator string) []string {
	var names []string
	for line := range strings.Lines(text) {
		name, _, found := strings.Cut(line, separator)
		if found && name != "" && !strings.HasPrefix(line, " ") {
			names = append(names, name)
		}
	}
	return names
}

// core are the values of mntr that every server has.
var core = strings.Fields(`zk_version zk_server_state zk_znode_count zk_watch_count
	zk_ephemerals_count zk_approximate_data_size zk_num_alive_connections
	zk_outstanding_requests zk_avg_latency zk_min_latency zk_max_latency zk_packets_received
	zk_packets_sent zk_open_file_descriptor_count zk_max_file_descriptor_count`)

func isNotCore(name string) bool { return !slices.Contains(core, name) }

var (
	sessionID = regexp.MustCompile(`0x[0-9a-f]{6,16}`)
	address   = regexp.MustCompile(`/127\.0\.0\.1:\d+`)
	number    = regexp.MustCompile(`\d+`)
)

// anonymous replaces ports and session ids, and sorts lines that come in no order.
func (r *Runner) anonymous(word, text string) string {
	text = address.ReplaceAllString(text, "/127.0.0.1:PORT")
	text = sessionID.ReplaceAllStringFunc(text, func(id string) string {
		n, err := strconv.ParseUint(id[2:], 16, 64)
		label := r.sessions[zk.SessionID(n)]
		if err != nil || label == "" {
			label = "other"
		}
		return "<" + label + ">"
	})
	lines := strings.Split(text, "\n")
	switch word {
	case "cons":
		for i := range lines {
			lines[i] = number.ReplaceAllString(lines[i], "N")
		}
	case "dump":
		lines = slices.DeleteFunc(lines, isNoise)
	}
	if slices.Contains([]string{"wchc", "wchp", "cons", "dump"}, word) {
		slices.Sort(lines)
	}
	return strings.Join(lines, "\n")
}

// isNoise covers the lines of dump that are about counts, times and sessions of others.
func isNoise(line string) bool {
	return strings.Contains(line, "expire at") || strings.Contains(line, "<other>") ||
		strings.HasPrefix(line, "Session Sets") || strings.HasPrefix(line, "Connections Sets") ||
		strings.TrimSpace(line) == ""
}
