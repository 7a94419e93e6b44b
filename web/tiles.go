package web

import (
	"slices"
	"strconv"
)

// A TileMap is Ukraine as squares, one for each region: equally visible, no
// border is drawn, and it prints. The number of each stands in it, and in the
// table beside.
type TileMap struct{ Tiles []Tile }

// A Tile is one region.
type Tile struct {
	Region string // ISO 3166-2
	Short  string // its name, short enough for a square
	Number string // empty: none
	Depth  int    // 0 to 4: how deep its shade is
}

// at is where each region's square stands: column from the west, row from the
// north. A test compares it with the list of regions.
var tileAt = map[string][2]int{
	"UA-05": {3, 1}, "UA-07": {1, 0}, "UA-09": {7, 1}, "UA-12": {5, 2}, "UA-14": {6, 2}, "UA-18": {3, 0}, "UA-21": {0, 2},
	"UA-23": {6, 3}, "UA-26": {1, 2}, "UA-30": {4, 1}, "UA-32": {4, 0}, "UA-35": {4, 2}, "UA-40": {4, 4}, "UA-43": {5, 4},
	"UA-46": {0, 1}, "UA-48": {4, 3}, "UA-51": {3, 3}, "UA-53": {5, 1}, "UA-56": {2, 0}, "UA-59": {6, 0}, "UA-61": {1, 1},
	"UA-63": {6, 1}, "UA-65": {5, 3}, "UA-68": {2, 1}, "UA-71": {3, 2}, "UA-74": {5, 0}, "UA-77": {2, 2},
}

const (
	tileSide = 44
	tileGap  = 3
)

type placedTile struct {
	Tile
	x, y, textX, nameY, numberY, class string
}

func (m TileMap) placed() (out []placedTile) {
	for _, t := range m.Tiles {
		at, known := tileAt[t.Region]
		if !known {
			continue // stands in the table all the same
		}
		x, y := at[0]*tileSide, at[1]*tileSide
		out = append(out, placedTile{t, strconv.Itoa(x), strconv.Itoa(y), strconv.Itoa(x + (tileSide-tileGap)/2),
			strconv.Itoa(y + 15), strconv.Itoa(y + 33), "tile d" + strconv.Itoa(min(max(t.Depth, 0), 4))})
	}
	return out
}

// Depths are shades for counts: 0 for none, then up to 4 by how a count
// compares with the largest.
func Depths(counts []int) []int {
	most := slices.Max(append(counts, 0))
	out := make([]int, len(counts))
	for i, n := range counts {
		if n > 0 {
			out[i] = 1 + min(3, (n-1)*4/max(1, most))
		}
	}
	return out
}
