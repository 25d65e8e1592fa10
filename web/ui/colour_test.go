package ui

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What colours must keep: text 4.5:1 on every ground it stands on, graphics 3:1, and the smallest
// CIEDE2000 distance of any two of a group, for each kind of sight.
const (
	textContrast    = 4.5
	graphicContrast = 3.0
)

var groups = map[string][]string{
	"states": {"leading", "following", "observing", "looking", "down"},
	"messages": {
		"election", "discovery", "sync", "proposal", "ack", "commit", "client", "heartbeat",
	},
}

// plates are words that stand on a ground of their own.
var plates = [][2]string{
	{"on-accent", "accent"}, {"accent", "accent-soft"}, {"good", "good-soft"},
	{"warn", "warn-soft"}, {"bad", "bad-soft"}, {"text", "sunken"}, {"muted", "sunken"},
	{"text", "accent-soft"},
}

// distances are the smallest that were computed when the colours were chosen, a little rounded off.
var distances = map[string]map[string]float64{
	"light states":   {"normal": 19, "protan": 11, "deutan": 20.5, "tritan": 14.5},
	"dark states":    {"normal": 19, "protan": 17, "deutan": 11, "tritan": 14.5},
	"light messages": {"normal": 14.5, "protan": 9, "deutan": 8, "tritan": 16},
	"dark messages":  {"normal": 20, "protan": 12, "deutan": 10.5, "tritan": 13.5},
}

func TestColoursCanBeReadAndToldApart(t *testing.T) {
	for theme, tokens := range themes(t) {
		for _, ground := range []string{"bg", "surface"} {
			for _, name := range []string{
				"text", "muted", "accent", "good", "warn", "bad", "leading", "following",
				"observing", "looking", "down",
			} {
				got := contrastOf(tokens[name], tokens[ground])
				require.GreaterOrEqual(t, got, textContrast, "%s %s on %s", theme, name, ground)
			}
			for _, name := range append(groups["messages"], "persisted", "committed", "dropped") {
				got := contrastOf(tokens[name], tokens[ground])
				require.GreaterOrEqual(t, got, graphicContrast, "%s %s on %s", theme, name, ground)
			}
		}
		for _, pair := range plates {
			got := contrastOf(tokens[pair[0]], tokens[pair[1]])
			require.GreaterOrEqual(t, got, textContrast, "%s %s on %s", theme, pair[0], pair[1])
		}
		for group, names := range groups {
			for sight, least := range distances[theme+" "+group] {
				requireApartInSight(t, tokens, names, sight, least)
			}
		}
	}
}

func requireApartInSight(
	t *testing.T, tokens map[string]rgb, names []string, sight string, least float64,
) {
	for i, a := range names {
		for _, b := range names[i+1:] {
			d := ciede2000(labOf(seen(tokens[a], sight)), labOf(seen(tokens[b], sight)))
			require.GreaterOrEqual(t, d, least, "%s and %s for %s sight", a, b, sight)
		}
	}
}

func TestDarkTokensAreTheSameForAutoAndForced(t *testing.T) {
	source := tokenSource(t)
	forced := block(source, `:root[data-theme="dark"]`)
	auto := block(source, `:root[data-theme="auto"]`)
	require.Equal(t, strings.Fields(forced), strings.Fields(auto))
}

// rgb is a colour in linear light, 0 to 1.
type rgb [3]float64

func tokenSource(t *testing.T) string {
	b, err := os.ReadFile(filepath.Join("..", "..", "static", "css", "tokens.css"))
	require.NoError(t, err)
	return string(b)
}

func block(source, selector string) string {
	_, rest, _ := strings.Cut(source, selector+" {")
	body, _, _ := strings.Cut(rest, "}")
	return body
}

func themes(t *testing.T) map[string]map[string]rgb {
	source := tokenSource(t)
	light := tokensOf(block(source, ":root"))
	dark := tokensOf(block(source, `:root[data-theme="dark"]`))
	return map[string]map[string]rgb{"light": light, "dark": dark}
}

var tokenLine = regexp.MustCompile(`--([\w-]+): #([0-9A-Fa-f]{6});`)

func tokensOf(source string) map[string]rgb {
	tokens := map[string]rgb{}
	for _, m := range tokenLine.FindAllStringSubmatch(source, -1) {
		v, _ := strconv.ParseUint(m[2], 16, 32)
		tokens[m[1]] = rgb{linear(v >> 16), linear(v >> 8), linear(v)}
	}
	return tokens
}

func linear(channel uint64) float64 {
	c := float64(channel&255) / 255
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}

func contrastOf(a, b rgb) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c rgb) float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

// sights are the matrices of Machado, Oliveira and Fernandes (2009) at severity 1.
var sights = map[string][3]rgb{
	"normal": {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protan": {
		{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216},
		{-0.003882, -0.048116, 1.051998},
	},
	"deutan": {
		{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413},
		{-0.011820, 0.042940, 0.968881},
	},
	"tritan": {
		{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602},
		{0.004733, 0.691367, 0.303900},
	},
}

func seen(c rgb, sight string) rgb {
	var out rgb
	for i, row := range sights[sight] {
		out[i] = min(1, max(0, row[0]*c[0]+row[1]*c[1]+row[2]*c[2]))
	}
	return out
}

func labOf(c rgb) [3]float64 {
	x := (0.4124564*c[0] + 0.3575761*c[1] + 0.1804375*c[2]) / 0.95047
	y := 0.2126729*c[0] + 0.7151522*c[1] + 0.0721750*c[2]
	z := (0.0193339*c[0] + 0.1191920*c[1] + 0.9503041*c[2]) / 1.08883
	f := func(v float64) float64 {
		if v > 216.0/24389 {
			return math.Cbrt(v)
		}
		return (24389.0/27*v + 16) / 116
	}
	return [3]float64{116*f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))}
}

// ciede2000 is the colour difference of the CIE, after Sharma, Wu and Dalal (2005).
func ciede2000(p, q [3]float64) float64 {
	c1, c2 := math.Hypot(p[1], p[2]), math.Hypot(q[1], q[2])
	g := 0.5 * (1 - math.Sqrt(chroma7((c1+c2)/2)))
	a1, a2 := (1+g)*p[1], (1+g)*q[1]
	c1, c2 = math.Hypot(a1, p[2]), math.Hypot(a2, q[2])
	h1, h2 := hue(p[2], a1), hue(q[2], a2)
	dh, mean := hues(h1, h2, c1*c2 == 0)
	dL, dC := q[0]-p[0], c2-c1
	dH := 2 * math.Sqrt(c1*c2) * math.Sin(radians(dh/2))
	l, c := (p[0]+q[0])/2, (c1+c2)/2
	tone := 1 - 0.17*math.Cos(radians(mean-30)) + 0.24*math.Cos(radians(2*mean)) +
		0.32*math.Cos(radians(3*mean+6)) - 0.2*math.Cos(radians(4*mean-63))
	sl := 1 + 0.015*(l-50)*(l-50)/math.Sqrt(20+(l-50)*(l-50))
	sc, sh := 1+0.045*c, 1+0.015*c*tone
	turn := 30 * math.Exp(-math.Pow((mean-275)/25, 2))
	rt := -math.Sin(radians(2*turn)) * 2 * math.Sqrt(chroma7(c))
	x, y, z := dL/sl, dC/sc, dH/sh
	return math.Sqrt(x*x + y*y + z*z + rt*y*z)
}

func chroma7(c float64) float64 {
	c7 := math.Pow(c, 7)
	return c7 / (c7 + math.Pow(25, 7))
}

func hue(b, a float64) float64 {
	h := math.Atan2(b, a) * 180 / math.Pi
	if h < 0 {
		h += 360
	}
	return h
}

// hues returns the difference and the mean of two hues; grey has none.
func hues(h1, h2 float64, grey bool) (diff, mean float64) {
	if grey {
		return 0, h1 + h2
	}
	diff, mean = h2-h1, (h1+h2)/2
	switch {
	case diff > 180:
		diff -= 360
	case diff < -180:
		diff += 360
	}
	if math.Abs(h1-h2) > 180 {
		if h1+h2 < 360 {
			mean += 180
		} else {
			mean -= 180
		}
	}
	return diff, mean
}

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }
