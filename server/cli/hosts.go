package cli

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/zabscope/zabscope/core/zk"
)

// defaultPort is where ZooKeeper's clients look when an address names no port.
const defaultPort = "2181"

// Hosts is a connect string: "zk1:2181,zk2:2181/app".
type Hosts struct {
	Text      string   // as it was written
	Addresses []string // host:port each, at least one
	Chroot    string   // "" for none; every path is below it
}

// ParseHosts reads a connect string. An address without a port has 2181.
func ParseHosts(text string) (Hosts, error) {
	h := Hosts{Text: text}
	list := text
	if i := strings.IndexByte(text, '/'); i >= 0 {
		list, h.Chroot = text[:i], strings.TrimSuffix(text[i:], "/")
	}
	for address := range strings.SplitSeq(list, ",") {
		full, err := withPort(strings.TrimSpace(address))
		if err != nil {
			return h, fmt.Errorf("cannot read the server address %q: %w; write it like"+
				" 127.0.0.1:2181 or zk1:2181,zk2:2181/path", address, err)
		}
		h.Addresses = append(h.Addresses, full)
	}
	if len(h.Addresses) > int(zk.ServerMax) {
		return h, fmt.Errorf("%d server addresses are too many, %d are the most",
			len(h.Addresses), zk.ServerMax)
	}
	return h, nil
}

func withPort(address string) (string, error) {
	if address == "" {
		return "", fmt.Errorf("it is empty")
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host, port = strings.Trim(address, "[]"), defaultPort
		if strings.Contains(host, ":") && host == address {
			return "", err // an IPv6 address has to be in brackets
		}
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return "", fmt.Errorf("port %q is no number from 1 to 65535", port)
	}
	return net.JoinHostPort(host, port), nil
}

// below returns the request with its paths below the chroot.
func (h Hosts) below(req *zk.Request) *zk.Request {
	r := *req
	if h.Chroot == "" {
		return &r
	}
	if r.Path != "" {
		r.Path = h.Chroot + strings.TrimSuffix(r.Path, "/")
		if strings.HasSuffix(req.Path, "/") && req.Path != "/" {
			r.Path += "/" // the name of a sequential znode may be its number alone
		}
	}
	r.Ops = make([]zk.Request, len(req.Ops))
	for i := range req.Ops {
		r.Ops[i] = *h.below(&req.Ops[i])
	}
	return &r
}

// above returns a server's path as the user knows it.
func (h Hosts) above(path string) string {
	if h.Chroot == "" || !strings.HasPrefix(path, h.Chroot) {
		return path
	}
	if path = path[len(h.Chroot):]; path == "" {
		return "/"
	}
	return path
}

// strip returns the reply with its paths as the user knows them.
func (h Hosts) strip(op zk.Op, reply *zk.Reply) *zk.Reply {
	r := *reply
	if h.Chroot == "" {
		return &r
	}
	r.Path = h.above(r.Path)
	if op == zk.OpGetEphemerals {
		r.Children = make([]string, len(reply.Children))
		for i, path := range reply.Children {
			r.Children[i] = h.above(path)
		}
	}
	r.Results = append([]zk.OpResult(nil), reply.Results...)
	for i := range r.Results {
		r.Results[i].Path = h.above(r.Results[i].Path)
	}
	return &r
}
