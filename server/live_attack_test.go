package main

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// getAs asks a program under a host name, "" for its own.
func getAs(t *testing.T, address, host string) (status int, text string, header http.Header) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, address, nil)
	require.NoError(t, err)
	if host != "" {
		r.Host = host
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(body), answer.Header
}

func (p *program) page() string { return p.find(`(http://[^/\s]+)/ensemble/faults`) }

func TestAttack_U01_NothingIsBrokenWithoutTheTokenOrByAGet(t *testing.T) {
	p := runEnsemble(t, "--allow-faults", "--addr", "127.0.0.1:0", "-n", "2")
	for _, bearer := range []string{"", "Bearer ", "Bearer wrong", "Basic " + p.token()} {
		r, err := http.NewRequest(http.MethodPost, p.page()+faultsPath,
			strings.NewReader(":kill 1"))
		require.NoError(t, err)
		r.Header.Set("Authorization", bearer)
		r.Header.Set("Cookie", "token="+p.token())
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		_ = answer.Body.Close()
		require.Equal(t, http.StatusUnauthorized, answer.StatusCode, bearer)
	}
	query := "?token=" + p.token() + "&line=" + url.QueryEscape(":kill 1")
	status, _, _ := getAs(t, p.page()+faultsPath+query, "")
	require.GreaterOrEqual(t, status, 400)
	for _, server := range p.servers() {
		require.NotEmpty(t, mode(t, server), "a server was killed")
	}
}

func (p *program) token() string { return p.find(`Bearer ([0-9a-f]+)`) }

func TestAttack_U02_TheWholeSiteIsOnlyForItsOwnHost(t *testing.T) {
	p := runEnsemble(t, "--allow-faults", "--addr", "127.0.0.1:0", "-n", "2")
	for _, path := range []string{"/", "/en/play", "/live", faultsPath, "/nothing"} {
		for _, host := range []string{"evil.example", "127.0.0.1.evil.example:8080", "192.0.2.7"} {
			status, text, _ := getAs(t, p.page()+path, host)
			require.Equal(t, http.StatusMisdirectedRequest, status, "%s%s", host, path)
			require.NotContains(t, text, "server 1")
		}
	}
	r, err := http.NewRequest(http.MethodPost, p.page()+faultsPath, strings.NewReader(":kill 1"))
	require.NoError(t, err)
	r.Host = "evil.example"
	r.Header.Set("Authorization", "Bearer "+p.token())
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	_ = answer.Body.Close()
	require.Equal(t, http.StatusMisdirectedRequest, answer.StatusCode)
}

func TestAttack_U11_LinesOfAnyLengthAndKindAreRefusedInWords(t *testing.T) {
	p := runEnsemble(t, "--allow-faults", "--addr", "127.0.0.1:0", "-n", "2")
	status, text := p.fault(strings.Repeat("x", 5<<10))
	require.Equal(t, http.StatusRequestEntityTooLarge, status, text)
	w := p.watch(p.token())
	for line, want := range map[string]string{
		"":                        "",
		":kill":                   "",
		":kill 9":                 "no server",
		":delay 1>2 99999999999s": "",
		":loss 1>2 5%":            "only in the simulator",
		":expire A":               "",
		"A:":                      "",
		"a: ls /":                 "",
		strings.Repeat("[", 7000): "",
		":kill 1\n:kill 2":        "",
		"A: get \x1b[2J":          "",
		":close A; :kill 1":       "",
	} {
		answer := w.do(line)
		require.Equal(t, false, answer["ok"], "%q", line)
		require.NotEmpty(t, answer["error"], "%q", line)
		require.Contains(t, answer["error"], want, line)
	}
	for _, server := range p.servers() {
		require.NotEmpty(t, mode(t, server))
	}
}

func TestAttack_U12_NothingIsListedTraversedOrDebugged(t *testing.T) {
	p := runEnsemble(t, "--allow-faults", "--addr", "127.0.0.1:0", "-n", "2")
	node := p.find(`(http://[^/\s]+)/readyz`)
	for _, site := range []string{p.page(), node} {
		for _, path := range []string{
			"/debug/pprof/", "/debug/pprof/cmdline", "/debug/vars", "/assets/", "/scenarios/",
			"/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/x/..%2f..%2fzoo.cfg",
			"/en/../../secret", "/scenarios/en/..%2f..%2fsecret.md", "/.git/config", "/secret",
			"/zoo.cfg", "/live/", "/trace/",
		} {
			r, err := http.NewRequest(http.MethodGet, site, nil)
			require.NoError(t, err)
			r.URL.Opaque = "//" + r.URL.Host + path // as it is, not cleaned
			answer, err := http.DefaultTransport.RoundTrip(r)
			require.NoError(t, err)
			body, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			_ = answer.Body.Close()
			require.GreaterOrEqual(t, answer.StatusCode, 300, "%s%s", site, path)
			for _, secret := range []string{"root:", "clientPort=", "goroutine", "<pre>"} {
				require.NotContains(t, string(body), secret, "%s%s", site, path)
			}
		}
	}
}

// TestTokensAreInNoLogAndNoAddress lets a page and its viewers do everything, and looks for the
// tokens in all that was written down.
func TestTokensAreInNoLogAndNoAddress(t *testing.T) {
	dir := t.TempDir()
	p := runEnsemble(t, "--allow-faults", "--addr", "127.0.0.1:0", "-n", "2", "--dir", dir)
	w := p.watch(p.token())
	w.leads()
	w.do("A: create /x")
	w.do(":cut 1>2")
	w.do(":heal")
	p.watch(strings.Repeat("0", 48))
	p.fault(":nonsense")
	printed := p.out.String()
	token := p.token()
	require.Equal(t, strings.Count(printed, token), strings.Count(printed, "#token="+token)+
		strings.Count(printed, "Bearer "+token), "it was printed otherwise than for the operator")
	require.NotContains(t, p.errs.String(), token)
	logs := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		require.NotContains(t, string(text), token, path)
		if d.Name() == "log.txt" {
			logs++
			require.NotEmpty(t, text)
		}
		return err
	}))
	require.Equal(t, 2, logs)
	_, _, header := getAs(t, p.page()+"/en/play", "")
	if header.Get("Content-Security-Policy") != "" { // the page is in this binary
		require.Equal(t, "no-referrer", header.Get("Referrer-Policy"))
	}
	require.NotContains(t, w.heard(), token, "the relay told it back")
}
