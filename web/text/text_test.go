package text

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/core/shell"
	"github.com/zabscope/zabscope/core/zk"
)

var place = regexp.MustCompile(`\{(\w+)( [^}]*)?\}`)

func TestBothLanguagesHaveTheSameKeysAndPlaces(t *testing.T) {
	chinese, english := ZH.catalogue(), EN.catalogue()
	for key, sentence := range english {
		require.Contains(t, chinese, key)
		require.Equal(t, places(sentence), places(chinese[key]), key)
	}
	for key := range chinese {
		require.Contains(t, english, key)
	}
}

func places(sentence string) []string {
	var all []string
	for _, m := range place.FindAllStringSubmatch(sentence, -1) {
		all = append(all, m[1])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// counted finds a count with what it counts behind it, as "{n} steps" but not "node {n} leads".
var counted = regexp.MustCompile(`([\w/]*),? ?\(?\{(\w+)\} ((?:\w+ )?\w+s)\b`)

// A placeholder behind one of these words, or with one of these names, stands for no number of
// things.
const namers = " Node node Nodes nodes Leader leader Client client Session session Step step " +
	"round epoch / "

var names = strings.Fields("a b c d f l p s t id at zxid line path type msg name says what why " +
	"to from letter servers file state end kind have role vote 0 1 2 3 4")

// verb finds what is no noun although it ends with an s, and counts that never are 1.
var verb = regexp.MustCompile(` (is|its|has|was|simulated ms|ZooKeeper servers)$`)

// English has one step and two steps: a count brings its forms along.
func TestEveryCountHasItsPlural(t *testing.T) {
	var bare []string
	for key, sentence := range EN.catalogue() {
		for _, m := range counted.FindAllStringSubmatch(sentence, -1) {
			names := strings.Contains(namers, " "+m[1]+" ") || slices.Contains(names, m[2])
			if names || verb.MatchString(m[0]) {
				continue
			}
			bare = append(bare, key+": "+m[0])
		}
	}
	require.Empty(t, bare, "write {n step|steps}")
	en := In(EN)
	require.Equal(t, "1 step", en.T("lesson.steps", "n", 1))
	require.Equal(t, "2 steps", en.T("lesson.steps", "n", 2))
	require.Equal(t, "0 steps", en.T("lesson.steps", "n", 0))
}

func TestEnglishHasNoHanAndChineseHasNoHalfWidthStops(t *testing.T) {
	for key, sentence := range EN.catalogue() {
		for _, r := range sentence {
			require.False(t, unicode.Is(unicode.Han, r), "%s: %s", key, sentence)
		}
	}
	half := regexp.MustCompile(`\p{Han}[,;:.?!]|\p{Han}\s*[,;?!]\s*\p{Han}`)
	for key, sentence := range ZH.catalogue() {
		hit := half.FindString(sentence)
		require.True(t, hit == "" || strings.HasSuffix(hit, ":"), "%s: %s", key, sentence)
		require.NotRegexp(t, `：|:\p{Han}`, sentence, key)
	}
}

func TestNoSentenceIsEmptyOrPadded(t *testing.T) {
	for _, lang := range []Lang{ZH, EN} {
		for key, sentence := range lang.catalogue() {
			require.NotEmpty(t, sentence, key)
			require.Equal(t, strings.TrimSpace(sentence), sentence, key)
			require.NotContains(t, sentence, "  ", key)
		}
	}
}

func TestFillPutsValuesInTheirPlaces(t *testing.T) {
	require.Equal(t, "客户端 A", In(ZH).T("client.title", "c", "A"))
	require.Equal(t, "no.such.key", In(EN).T("no.such.key", "t", 1))
	require.Equal(t, "{b} 2", fill("{a} {b}", []any{"a", "{b}", "b", 2}))
	require.Equal(t, "2", fill("{k}", []any{"k", 1, "k", 2}))
	require.Equal(t, "There is nothing to undo", In(EN).Error("NoUndo", nil))
	require.Equal(t, "写法: :kill 3", In(ZH).Error("Usage", []string{":kill 3"}))
}

func TestParseLang(t *testing.T) {
	for tag, want := range map[string]Lang{"zh-CN": ZH, "ZH": ZH, "en": EN, "en-GB": EN} {
		lang, ok := ParseLang(tag)
		require.True(t, ok)
		require.Equal(t, want, lang)
	}
	lang, ok := ParseLang("fr")
	require.False(t, ok)
	require.Equal(t, EN, lang)
}

func TestEveryErrorAndVerbAndOutcomeHasASentence(t *testing.T) {
	p := In(EN)
	for _, code := range scenario.ErrorCodes() {
		require.True(t, p.Has("error."+code), "error.%s: %s", code, scenario.Sentence(code))
		require.Equal(t, places(scenario.Sentence(code)), places(p.T("error."+code)), code)
	}
	for _, v := range scenario.Verbs() {
		require.True(t, p.Has("verb."+v.Name), "verb.%s: %s", v.Name, v.Help)
	}
	for _, name := range shell.Names() {
		require.True(t, p.Has("cli."+name), "cli.%s", name)
	}
	for err := zk.Err(-130); err <= 0; err++ {
		if name := err.String(); !strings.HasPrefix(name, "Err(") {
			require.True(t, p.Has("err."+name), "err.%s", name)
		}
	}
	for w := zk.NoWhy + 1; int(w) < zk.WhyCount; w++ {
		require.True(t, p.Has("why."+w.String()), "why.%s", w)
	}
}

func TestNoKeyIsThereTwice(t *testing.T) {
	for _, source := range []string{pageZH + aidZH + zh, pageEN + aidEN + en} {
		seen := map[string]bool{}
		for line := range strings.SplitSeq(source, "\n") {
			key, _, ok := strings.Cut(line, " = ")
			if ok && line[0] != '#' && line[0] != '\t' {
				require.False(t, seen[key], key)
				seen[key] = true
			}
		}
	}
}

// sources returns the code that may use a key, by path.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, dir := range []string{
		".", "../ui", "../../core/scenario", "../../wasm", "../../server", "../../static/js",
	} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !isSource(path) {
				return err
			}
			source, err := os.ReadFile(path)
			all[path] = string(source)
			return err
		})
		require.NoError(t, err)
	}
	return all
}

func isSource(path string) bool {
	switch filepath.Ext(path) {
	case ".templ", ".js":
		return true
	case ".go":
		return !strings.HasSuffix(path, "_templ.go") && !strings.HasSuffix(path, "_test.go") &&
			!strings.HasSuffix(path, "_zh.go") && !strings.HasSuffix(path, "_en.go")
	}
	return false
}

func TestEveryKeyThatIsUsedExists(t *testing.T) {
	literal := regexp.MustCompile(`\.T\("([a-zA-Z0-9.\-]+)"[,)]`)
	said := regexp.MustCompile(`(?:^|[^.])\bsay\("([a-zA-Z0-9.\-]+)"[,)]`)
	for path, source := range sources(t) {
		for _, m := range literal.FindAllStringSubmatch(source, -1) {
			require.True(t, In(EN).Has(m[1]), "%s uses %s", path, m[1])
		}
		for _, m := range said.FindAllStringSubmatch(source, -1) {
			require.True(t, In(EN).Has("js."+m[1]), "%s says %s", path, m[1])
		}
	}
}

// unbuilt are words of surfaces that the page does not have yet: the data, session and metrics
// panels, levels of detail, files, and pages that watch native nodes.
const unbuilt = `app.title nav.learn nav.docs tab.tree tab.sessions
	tab.metrics speed.label fork.toast lane.state lane.fault lane.data oldleader
	status.faults tree.empty tree.stale tree.differing watch.fired watch.lost watch.empty
	session.expired session.empty events.explain share.done share.long link.newer link.reset
	load.wasm load.fail`

// TestNoKeyIsUnused finds each key as a literal, or by the start that a caller adds a code to.
func TestNoKeyIsUnused(t *testing.T) {
	literal := regexp.MustCompile("[\"'`]([a-zA-Z0-9.-]+\\.?)(?:[\"'`]|\\$\\{)")
	used := map[string]bool{}
	for _, source := range sources(t) {
		for _, m := range literal.FindAllStringSubmatch(source, -1) {
			used[m[1]] = true
		}
	}
	for _, key := range strings.Fields(unbuilt) {
		used[key] = true
	}
	for _, key := range Keys() {
		require.True(t, isUsed(used, key), "nobody uses %s", key)
	}
}

func isUsed(used map[string]bool, key string) bool {
	name := strings.TrimPrefix(key, "js.")
	if used[key] || used[name] {
		return true
	}
	for i, r := range name {
		if r == '.' && used[name[:i+1]] {
			return true
		}
	}
	return false
}
