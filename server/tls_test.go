package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/admin"
	"github.com/zabscope/zabscope/server/site"
)

// authority signs certificates for the tests.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	path string // of its own certificate
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority of the tests"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, key := a.make(template)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	a.cert, a.key = cert, key
	a.path = a.write("ca.pem", block("CERTIFICATE", der))
	return a
}

// make makes a key and its certificate, signed by the authority, or by itself as long as there is
// none.
func (a *authority) make(template *x509.Certificate) (der []byte, key *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err = x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	require.NoError(a.t, err)
	return der, key
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func (a *authority) write(name string, text []byte) string {
	path := filepath.Join(a.dir, name)
	require.NoError(a.t, os.WriteFile(path, text, 0o600))
	return path
}

// sign makes a certificate for a host and returns the files of it, of its key, and of both.
func (a *authority) sign(host string) (cert, key, both string) {
	a.t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	der, private := a.make(template)
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(a.t, err)
	c, k := block("CERTIFICATE", der), block("PRIVATE KEY", raw)
	name := strings.ReplaceAll(host, ".", "-")
	return a.write(name+".crt", c), a.write(name+".key", k),
		a.write(name+".pem", append(k, c...))
}

// browser trusts the authority.
func (a *authority) browser() *http.Client {
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
}

func TestPageIsServedOverTLS(t *testing.T) {
	a := newAuthority(t)
	cert, key, _ := a.sign("127.0.0.1")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	sealed, scheme, err := tlsFlags{TLSCert: cert, TLSKey: key}.wrap(l)
	require.NoError(t, err)
	require.Equal(t, "https://", scheme)
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error)
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto)
	})
	go func() { served <- site.Serve(ctx, sealed, page, newLog(io.Discard, "")) }()
	answer, err := a.browser().Get(scheme + l.Addr().String() + "/")
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1", string(text), "WebSockets need it")
	status, said := get(t, "http://"+l.Addr().String()+"/")
	require.Equal(t, 400, status)
	require.Contains(t, said, "HTTPS")
	_, err = http.Get(scheme + l.Addr().String() + "/")
	require.ErrorContains(t, err, "certificate")
	stop()
	require.NoError(t, <-served)
}

func TestTLSFlagsBelongTogether(t *testing.T) {
	cert, key, _ := newAuthority(t).sign("localhost")
	_, otherKey, _ := newAuthority(t).sign("localhost")
	for want, args := range map[string][]string{
		"needs both":               {"--tls-cert", cert},
		"--tls-cert and --tls-key": {"--tls-key", key},
		"no such file":             {"--tls-cert", cert + ".none", "--tls-key", key},
		"does not match":           {"--tls-cert", cert, "--tls-key", otherKey},
	} {
		for _, command := range []string{"play", "ensemble"} {
			_, errs, status := run(append([]string{command, "--addr", "127.0.0.1:0"}, args...)...)
			if strings.Contains(errs, "make run") {
				t.Skip("the page is not built")
			}
			require.Equal(t, exitUsage, status, errs)
			require.Contains(t, errs, want)
		}
	}
}

func TestWhatBrowsersWithholdIsSaid(t *testing.T) {
	require.Empty(t, tlsFlags{}.withheld("127.0.0.1:8080"))
	require.Empty(t, tlsFlags{}.withheld("[::1]:8080"))
	require.Empty(t, tlsFlags{TLSCert: "c", TLSKey: "k"}.withheld("0.0.0.0:8080"))
	require.Contains(t, tlsFlags{}.withheld("0.0.0.0:8080"), "clipboard")
	require.Contains(t, tlsFlags{}.withheld("[::]:8080"), "--tls-cert")
}

func quorumTLS(keys, trust string) string {
	return "sslQuorum=true\nssl.quorum.keyStore.location=" + keys +
		"\nssl.quorum.trustStore.location=" + trust + "\n"
}

func TestServersOfAnEnsembleSpeakOverTLS(t *testing.T) {
	a := newAuthority(t)
	_, _, both := a.sign("127.0.0.1")
	c := startEnsemble(t, 3, 0, "tickTime=500\n"+quorumTLS(both, a.path))
	leader := c.leader()
	writeAs(t, c.address(c.other(leader)), "/a")
	conn, err := tls.Dial("tcp", c.nodes[leader].peerListener.Addr().String(),
		&tls.Config{InsecureSkipVerify: true})
	if err == nil { // TLS 1.3: the server's refusal comes behind the client's handshake
		_, err = conn.Read(make([]byte, 1))
	}
	require.ErrorContains(t, err, "certificate required", "who has no certificate is sent away")
	c.stop(leader)
	require.NotEqual(t, leader, c.leader())
}

func TestAServerOfAnotherAuthorityStaysOutside(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	_, _, both := a.sign("127.0.0.1")
	_, _, elsewhere := a.sign("zk9.example")
	_, _, foreign := other.sign("127.0.0.1")
	for name, changed := range map[string]struct {
		id         zk.ServerID
		keys, says string
	}{
		"authority": {3, foreign, "unknown certificate authority"},
		"host":      {1, elsewhere, "cannot validate certificate for 127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			c := writeEnsemble(t, 3, 0, "tickTime=500\n"+quorumTLS(both, a.path))
			c.change(changed.id, both, changed.keys)
			for id := range c.config {
				c.start(id)
			}
			require.Eventually(t, func() bool {
				return strings.Contains(c.log.String(), changed.says) &&
					c.status(2).Serving && c.status(4-changed.id).Serving
			}, patience, 5*time.Millisecond, "%s", &c.log)
			require.False(t, c.status(changed.id).Serving)
		})
	}
}

func TestHostNamesOfServersNeedNotBeVerified(t *testing.T) {
	a := newAuthority(t)
	_, _, both := a.sign("zk9.example")
	c := startEnsemble(t, 2, 0, "tickTime=500\n"+quorumTLS(both, a.path)+
		"ssl.quorum.hostnameVerification=false\n")
	writeAs(t, c.address(c.leader()), "/a")
}

// change replaces text in the zoo.cfg of a server.
func (c *cluster) change(id zk.ServerID, old, instead string) {
	c.t.Helper()
	text, err := os.ReadFile(c.config[id])
	require.NoError(c.t, err)
	require.Contains(c.t, string(text), old)
	changed := strings.ReplaceAll(string(text), old, instead)
	require.NoError(c.t, os.WriteFile(c.config[id], []byte(changed), 0o644))
}

func TestTLSOfPeersSaysWhatItNeeds(t *testing.T) {
	a := newAuthority(t)
	cert, _, both := a.sign("127.0.0.1")
	for want, lines := range map[string]string{
		"needs ssl.quorum.keyStore.location": "sslQuorum=true",
		"convert it with":                    "ssl.quorum.keyStore.location=/a/keystore.jks",
		"no such file":                       quorumTLS(both+".none", a.path),
		"certificate and its key":            quorumTLS(cert, a.path),
		"has no certificate in PEM":          quorumTLS(both, zooCfg(t, "nothing")),
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "myid"), []byte("1"), 0o644))
		cfg := zooCfg(t, "dataDir="+dir, "clientPort="+freePort(t),
			"clusterSecretFile="+zooCfg(t, "a secret of the tests"), lines,
			"server.1=127.0.0.1:"+freePort(t)+":3888", "server.2=127.0.0.1:2889:3889")
		_, errs, status := run("node", "--config", cfg)
		require.Equal(t, exitUsage, status, errs)
		require.Contains(t, errs, want)
	}
}

func TestAttack_U10_WhatBreaksAConnectionIsOneLineOfTheLog(t *testing.T) {
	evil := "/\x1b[2J\u202e\r\nlevel=ERROR msg=\"pwned\""
	cert, key, _ := newAuthority(t).sign("127.0.0.1")
	broken := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(evil) })
	type serve = func(context.Context, net.Listener, http.Handler, *slog.Logger) error
	for name, serve := range map[string]serve{"page": site.Serve, "node": admin.Serve} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			sealed, scheme, err := tlsFlags{TLSCert: cert, TLSKey: key}.wrap(l)
			require.NoError(t, err)
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error)
			var said book
			go func() { ended <- serve(ctx, sealed, broken, newLog(&said, "")) }()
			_, err = http.Get(scheme + l.Addr().String() + "/")
			require.ErrorContains(t, err, "certificate")
			trusting := &http.Client{Transport: &http.Transport{
				TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true,
			}}
			_, err = trusting.Get(scheme + l.Addr().String() + "/")
			require.Error(t, err, "whoever panics answers nothing")
			require.Eventually(t, func() bool { return strings.Count(said.String(), "\n") == 2 },
				patience, time.Millisecond)
			for line := range strings.Lines(said.String()) {
				require.Regexp(t, `^time=\S+ level=WARN msg="http: `, line)
				text := strings.TrimSuffix(line, "\n")
				require.Equal(t, printable(text), text)
			}
			require.Contains(t, said.String(), "TLS handshake error from 127.0.0.1:")
			require.Contains(t, said.String(), "x1b[2J")
			stop()
			require.NoError(t, <-ended)
		})
	}
}
