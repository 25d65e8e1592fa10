package zoocfg

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

func text(field func(*Config) *string) setter {
	return func(c *Config, value string) error {
		if value == "" {
			return errors.New("a value is missing behind the =")
		}
		*field(c) = value
		return nil
	}
}

// pemFile takes the name of a file of certificates. Java's own kinds of files cannot be read.
func pemFile(field func(*Config) *string) setter {
	return func(c *Config, value string) error {
		if end := strings.ToLower(value); strings.HasSuffix(end, ".jks") ||
			strings.HasSuffix(end, ".p12") || strings.HasSuffix(end, ".bcfks") {
			return errors.New("only PEM files are read here; convert it with  keytool" +
				" -importkeystore  and  openssl pkcs12 -nodes")
		}
		return text(field)(c, value)
	}
}

// number takes a whole number, decimal or 0x hexadecimal as Java does.
func number(least, most int, field func(*Config) *int) setter {
	return func(c *Config, value string) error {
		n, err := strconv.ParseInt(value, 0, 64)
		if err != nil || n < int64(least) || n > int64(most) {
			return fmt.Errorf("write a number from %d to %d", least, most)
		}
		*field(c) = int(n)
		return nil
	}
}

// size takes bytes, or KB, MB and GB of them.
func size(least int64, field func(*Config) *int64) setter {
	return func(c *Config, value string) error {
		n, err := ParseSize(value)
		if err != nil || n < least {
			return fmt.Errorf("write a size of at least %d MB, for instance 64MB", least>>20)
		}
		*field(c) = n
		return nil
	}
}

// ParseSize reads "64MB", "64M", or a number of bytes. A kilobyte has 1024.
func ParseSize(text string) (int64, error) {
	digits := strings.TrimRight(strings.ToUpper(text), "BKMG")
	shift, known := map[string]int{"": 0, "B": 0, "K": 10, "KB": 10, "M": 20, "MB": 20, "G": 30,
		"GB": 30}[strings.ToUpper(text[len(digits):])]
	n, err := strconv.ParseInt(digits, 10, 32)
	if !known || err != nil || n < 0 {
		return 0, fmt.Errorf("%q is no size; write, for instance, 64MB", text)
	}
	return n << shift, nil
}

// millis takes milliseconds, -1 for the default where least says so.
func millis(least int, field func(*Config) *time.Duration) setter {
	return func(c *Config, value string) error {
		n, err := strconv.ParseInt(value, 10, 32)
		if err != nil || n < int64(least) {
			return errors.New("write milliseconds, for instance 2000")
		}
		*field(c) = time.Duration(n) * time.Millisecond
		return nil
	}
}

func truth(field func(*Config) *bool) setter {
	return func(c *Config, value string) error {
		if value != "true" && value != "false" {
			return errors.New("write true or false")
		}
		*field(c) = value == "true"
		return nil
	}
}

// words are the four-letter words.
var words = strings.Fields("conf cons crst dirs dump envi gtmk hash isro mntr ruok srst srvr stat" +
	" stmk wchc wchp wchs")

func whitelist(c *Config, value string) error {
	c.Words = nil
	for word := range strings.SplitSeq(value, ",") {
		word = strings.TrimSpace(word)
		if word != "*" && !slices.Contains(words, word) {
			return fmt.Errorf("%q is no four-letter word; there are: * (all) or %s", word,
				strings.Join(words, ", "))
		}
		c.Words = append(c.Words, word)
	}
	return nil
}

func peerType(c *Config, value string) error {
	if value != "observer" && value != "participant" {
		return errors.New("write observer or participant")
	}
	c.Observer = value == "observer"
	return nil
}

func electionAlg(_ *Config, value string) error {
	if value != "3" {
		return errors.New("there is only 3, fast leader election; take the line out")
	}
	return nil
}

// noQuirk keeps mistakes out of servers that people rely on.
func noQuirk(*Config, string) error {
	return errors.New("only the simulator switches mistakes on: zabscope play; take the line out")
}

func superDigest(c *Config, value string) error {
	user, hash, ok := strings.Cut(value, ":")
	if !ok || user == "" || hash == "" {
		return errors.New("write super:<base64 of the SHA-1 of \"super:password\">")
	}
	c.SuperDigest = value
	return nil
}

// clusterName is short, because every handshake between servers carries it.
func clusterName(c *Config, value string) error {
	const nameMax = 100
	if value == "" || len(value) > nameMax {
		return fmt.Errorf("write a name of 1 to %d bytes, the same on all servers", nameMax)
	}
	c.ClusterName = value
	return nil
}

func finalizeWait(c *Config, value string) error {
	if value != "always" && value != "auto" {
		return errors.New("write auto, or always to wait 200 ms after every quorum of votes")
	}
	c.FinalizeAlways = value == "always"
	return nil
}

// prometheusPort is where Apache's provider listens when nothing else is said.
const prometheusPort = 7000

// metricsProvider switches /metrics: Apache's Prometheus provider is the one that has it.
func metricsProvider(c *Config, value string) error {
	if value == "" {
		return errors.New("write org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider")
	}
	c.Metrics = strings.HasSuffix(value, ".PrometheusMetricsProvider")
	c.metricsAsked = c.Metrics
	return nil
}

func counterSuffix(c *Config, value string) error {
	if value != "total" && value != "none" {
		return errors.New("write total, for names that end with _total, or none")
	}
	c.CounterSuffix = map[string]string{"total": "_total"}[value]
	return nil
}

func commandURL(c *Config, value string) error {
	if !strings.HasPrefix(value, "/") || strings.ContainsAny(value, " {}?#") {
		return errors.New("write a path, for instance /commands")
	}
	c.AdminURL = strings.TrimRight(value, "/")
	return nil
}
