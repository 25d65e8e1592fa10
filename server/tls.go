package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/zabscope/zabscope/server/site"
	"github.com/zabscope/zabscope/server/zoocfg"
)

// tlsFlags are what a command that serves a page is told about TLS.
type tlsFlags struct {
	TLSCert string `name:"tls-cert" help:"Serve the page over TLS, with this certificate (PEM)."`
	TLSKey  string `name:"tls-key" help:"The key of that certificate (PEM)."`
}

// secure is whether the page is served over TLS.
func (f tlsFlags) secure() bool { return f.TLSCert != "" }

// config reads the certificate; nil is none.
func (f tlsFlags) config() (*tls.Config, error) {
	if f.TLSCert == "" && f.TLSKey == "" {
		return nil, nil
	}
	if f.TLSCert == "" || f.TLSKey == "" {
		return nil, usageError{errors.New("TLS needs both --tls-cert and --tls-key")}
	}
	pair, err := tls.LoadX509KeyPair(f.TLSCert, f.TLSKey)
	if err != nil {
		return nil, usageError{fmt.Errorf("read the certificate of the page: %w", err)}
	}
	return &tls.Config{
		Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"}, // WebSockets need it
	}, nil
}

// wrap serves a listener's connections over TLS, if that was asked for, and returns the beginning
// of the page's address.
func (f tlsFlags) wrap(l net.Listener) (wrapped net.Listener, scheme string, err error) {
	cfg, err := f.config()
	if err != nil || cfg == nil {
		return l, "http://", err
	}
	return tls.NewListener(l, cfg), "https://", nil
}

// withheld says what a browser does not let a page do that comes from another machine without TLS;
// "" where it does.
func (f tlsFlags) withheld(addr string) string {
	if f.secure() || site.IsLoopback(addr) {
		return ""
	}
	return "other machines can reach this address, without encryption: whoever is between can" +
		" read and change the page. Browsers withhold the clipboard from such a page, and take" +
		" gzip instead of brotli, so it loads slower. --tls-cert and --tls-key serve it over TLS."
}

// peerTLS is how servers of an ensemble encrypt their links, nil if zoo.cfg does not ask for it.
// Each proves with its certificate that the same authority knows it, and the one that is called
// that it is the host of its server.N line; the cluster secret is asked for in any case.
func peerTLS(cfg zoocfg.Config) (*tls.Config, error) {
	if !cfg.PeerTLS.On {
		return nil, nil
	}
	own, err := os.ReadFile(cfg.PeerTLS.KeyStore)
	if err != nil {
		return nil, fmt.Errorf("ssl.quorum.keyStore.location: %w", err)
	}
	pair, err := tls.X509KeyPair(own, own)
	if err != nil {
		return nil, fmt.Errorf("ssl.quorum.keyStore.location=%s: %w; it must have the server's"+
			" certificate and its key, both in PEM", cfg.PeerTLS.KeyStore, err)
	}
	text, err := os.ReadFile(cfg.PeerTLS.TrustStore)
	if err != nil {
		return nil, fmt.Errorf("ssl.quorum.trustStore.location: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("ssl.quorum.trustStore.location=%s has no certificate in PEM",
			cfg.PeerTLS.TrustStore)
	}
	c := &tls.Config{
		Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13,
		RootCAs: roots, ClientCAs: roots, ClientAuth: tls.RequireAndVerifyClientCert,
		NextProtos: []string{"http/1.1"},
	}
	if !cfg.PeerTLS.VerifyHost {
		c.InsecureSkipVerify = true // of the name alone: the chain is verified below
		c.VerifyConnection = func(s tls.ConnectionState) error { return verifyChain(s, roots) }
	}
	return c, nil
}

// verifyChain verifies a certificate without looking at whose host it names.
func verifyChain(s tls.ConnectionState, roots *x509.CertPool) error {
	options := x509.VerifyOptions{
		Roots: roots, Intermediates: x509.NewCertPool(),
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	}
	for _, c := range s.PeerCertificates[1:] {
		options.Intermediates.AddCert(c)
	}
	_, err := s.PeerCertificates[0].Verify(options)
	return err
}
