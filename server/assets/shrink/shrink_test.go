package shrink

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCommentsAreGoneAndNamesStay(t *testing.T) {
	long := "// why\nexport function elect( votes ) {\n  return votes;\n}\n"
	code, err := File("js/a.js", []byte(long))
	require.NoError(t, err)
	require.Equal(t, "export function elect(votes){return votes}\n", string(code))
	style, err := File("css/a.css", []byte("/* why */\n.node { color: #ff0000; }\n"))
	require.NoError(t, err)
	require.Equal(t, ".node{color:#ff0000}\n", string(style))
	icon, err := File("icons/a.svg", []byte("<svg> </svg>"))
	require.NoError(t, err)
	require.Equal(t, "<svg> </svg>", string(icon))
}

func TestAMistakeIsNamedWithItsLine(t *testing.T) {
	_, err := File("js/a.js", []byte("const a = 1;\nconst = 2;\n"))
	require.ErrorContains(t, err, "js/a.js, line 2")
}

// TestEveryFileOfThePageGetsSmaller and none becomes empty.
func TestEveryFileOfThePageGetsSmaller(t *testing.T) {
	for _, pattern := range []string{"js/*.js", "css/*.css", "vendor/*/*.js"} {
		names, err := filepath.Glob(filepath.Join("../../../static", filepath.FromSlash(pattern)))
		require.NoError(t, err)
		require.NotEmpty(t, names)
		for _, name := range names {
			data, err := os.ReadFile(name)
			require.NoError(t, err)
			short, err := File(name, data)
			require.NoError(t, err)
			require.NotEmpty(t, short, name)
			require.Less(t, len(short), len(data), name)
		}
	}
}
