package text

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/scenario"
	"github.com/zabscope/zabscope/scenarios"
)

// phrase says a check, and fails when a part of it is left as it is written.
func phrase(t *testing.T, lang Lang, c *scenario.Check) string {
	t.Helper()
	s := c.Phrase(In(lang).Words)
	raw := regexp.MustCompile(`[a-z_]+[(\[]|==|!=|>=|<=|[a-z]\.[a-z]`).FindString(s)
	require.Empty(t, raw, "%s: %s", c.Text, s)
	return s
}

func TestEveryCheckOfALessonIsSaidInWords(t *testing.T) {
	names := slices.Concat(scenarios.Names(), scenarios.Exhibits())
	require.NotEmpty(t, names)
	for _, name := range names {
		f, err := scenarios.Load(name)
		require.NoError(t, err)
		for i := range f.Steps {
			for _, c := range f.Steps[i].Checks() {
				en, zh := phrase(t, EN, c), phrase(t, ZH, c)
				t.Logf("%s\n\t%s\n\t%s", c.Text, en, zh)
			}
		}
	}
}

func TestEveryNameOfTheCheckLanguageIsSaidInWords(t *testing.T) {
	for _, name := range scenario.Names() {
		usage, _, _ := strings.Cut(name[1], " or ")
		if !strings.ContainsAny(usage, "=>") {
			usage += " == " + usage
			if c, err := scenario.ParseCheck(name[1]); err == nil {
				phrase(t, EN, &c)
				continue
			}
		}
		c, err := scenario.ParseCheck(usage)
		require.Nil(t, err, usage)
		phrase(t, EN, &c)
		phrase(t, ZH, &c)
	}
}

func TestChecksReadWell(t *testing.T) {
	for check, want := range map[string][2]string{
		"within 5s: leader == 4":  {"within 5s: node 4 leads", "5s 之内: 节点 4 是 Leader"},
		"leader == none":          {"nobody leads", "没有 Leader"},
		"has(1, \"/x\") == false": {`node 1 does not have "/x"`, `节点 1 上没有 "/x"`},
		"epoch == before.epoch + 1": {
			"the epoch is the epoch before the step + 1", "epoch 是这一步之前的 epoch + 1",
		},
		"result(B#1) in [ok, ConnectionLoss]": {
			"the result of command 1 of B is ok or ConnectionLoss",
			"B 的第 1 条命令的结果是 ok 或 ConnectionLoss",
		},
		"msgs(REQUEST, from=2, to=5) == 1": {
			"one REQUEST message arrives from node 2 at node 5",
			"从节点 2 到节点 5 到达一条 REQUEST 消息",
		},
	} {
		c, err := scenario.ParseCheck(check)
		require.Nil(t, err)
		require.Equal(t, want, [2]string{phrase(t, EN, &c), phrase(t, ZH, &c)})
	}
}
