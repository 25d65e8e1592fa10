package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/zabscope/zabscope/server/fleet"
)

// sizes are the ensembles whose cost is compared.
var sizes = []fleet.Size{
	{Voters: 3}, {Voters: 5}, {Voters: 7},
	{Voters: 3, Observers: 1}, {Voters: 3, Observers: 2}, {Voters: 3, Observers: 4},
}

// growthLoads are what the ensembles of each size do.
var growthLoads = []load{{"setData 128 B", 64, setData}, {"getData", 64, getData}}

// measureGrowth shows how throughput changes with the number of servers, of zabscope alone.
func measureGrowth(b *bench) error {
	b.printf("\n## More servers\n\nRequests per second of zabscope with 64 in flight, all on this" +
		" machine: the median of the rounds, (lowest–highest).\n\n" +
		"| Voters + observers | setData 128 B | getData |\n|---|--:|--:|\n")
	var bars []bar
	for _, size := range sizes {
		rates, err := b.growth(size)
		if err != nil {
			return fmt.Errorf("%s servers: %w", size, err)
		}
		b.printf("| %s | %s | %s |\n", size, rates[0].show("%.0f"), rates[1].show("%.0f"))
		bars = append(bars, bar{size.String(), [2]float64{rates[0].median(), rates[1].median()}})
	}
	plot := filepath.Join(b.Out, "growth.svg")
	b.printf("\nAs a picture: %s\n", filepath.Base(plot))
	return os.WriteFile(plot, []byte(draw(bars)), 0o644)
}

func (b *bench) growth(size fleet.Size) (rates [2]series, err error) {
	f, err := b.start(b.makes[0], size)
	if err != nil {
		return rates, err
	}
	defer f.Kill()
	c, err := newCrowd(f)
	if err != nil {
		return rates, err
	}
	defer c.close()
	for range b.Rounds {
		for i, l := range growthLoads {
			r, err := c.run(l, time.Duration(b.Seconds)*time.Second)
			if err != nil {
				return rates, err
			}
			rates[i] = append(rates[i], r.perSecond)
		}
	}
	return rates, nil
}

// bar is what the plot shows of one size: the rates of both loads.
type bar struct {
	name  string
	rates [2]float64
}

// Measures of the plot, in pixels.
const (
	plotHeight = 240
	barWidth   = 28
	barsApart  = 84
	plotMargin = 56
)

// draw returns an SVG with two bars for each size, each load on a scale of its own highest value.
func draw(bars []bar) string {
	width := 2*plotMargin + len(bars)*barsApart
	var svg strings.Builder
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" `+
		`font-family="sans-serif" font-size="11">`+"\n"+
		`<rect width="100%%" height="100%%" fill="#fff"/>`+"\n", width, plotHeight+2*plotMargin)
	fmt.Fprintf(&svg, `<text x="%d" y="20" font-size="13">Requests per second, 64 in flight; `+
		`left bars setData, right bars getData, on scales of their own</text>`+"\n", plotMargin)
	for load, color := range []string{"#0072b2", "#e69f00"} {
		highest := slices.MaxFunc(bars, func(a, b bar) int {
			return int(a.rates[load] - b.rates[load])
		}).rates[load]
		for i, b := range bars {
			height := b.rates[load] / highest * plotHeight
			x, y := plotMargin+i*barsApart+load*(barWidth+4), plotMargin+plotHeight-height
			fmt.Fprintf(&svg, `<rect x="%d" y="%.1f" width="%d" height="%.1f" fill="%s"/>`+"\n",
				x, y, barWidth, height, color)
			fmt.Fprintf(&svg, `<text x="%d" y="%.1f" text-anchor="middle">%.1fk</text>`+"\n",
				x+barWidth/2, y-4, b.rates[load]/1000)
		}
	}
	for i, b := range bars {
		fmt.Fprintf(&svg, `<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n",
			plotMargin+i*barsApart+barWidth+2, plotMargin+plotHeight+18, b.name)
	}
	svg.WriteString("</svg>\n")
	return svg.String()
}
