// Reads what a service publishes of a book with the Go team's own packages for signed notes and tiled logs. The test has put
// each resource into a folder under its address. Prints what it found; ends with status 1 at the first thing that fails.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (f folder) read(path string) []byte {
	data, err := os.ReadFile(filepath.Join(string(f), path))
	must(err)
	return data
}

func (folder) Height() int                     { return 8 }
func (folder) SaveTiles([]tlog.Tile, [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		// The Go sum database writes the height of a tile into its path; C2SP tlog-tiles has only 8.
		data = append(data, f.read(strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
	}
	return data, nil
}

func main() {
	log := folder(os.Args[1])
	var keys []note.Verifier
	for _, line := range strings.Fields(string(log.read("keys"))) {
		key, err := note.NewVerifier(line)
		must(err)
		keys = append(keys, key)
	}
	earlier := open(log.read("earlier-checkpoint"), keys)
	latest := open(log.read("checkpoint"), keys)
	hashes := tlog.TileHashReader(latest, log)

	growth, err := tlog.ProveTree(latest.N, earlier.N, hashes)
	must(err)
	must(tlog.CheckTree(growth, latest.N, latest.Hash, earlier.N, earlier.Hash))
	must(tlog.CheckTree(served(log.read("consistency")), latest.N, latest.Hash, earlier.N, earlier.Hash))

	for index, entry := range entries(log, latest.N) {
		leaf := tlog.RecordHash(entry)
		proof, err := tlog.ProveRecord(latest.N, int64(index), hashes)
		must(err)
		must(tlog.CheckRecord(proof, latest.N, latest.Hash, int64(index), leaf))
		must(tlog.CheckRecord(tlog.RecordProof(served(log.read(fmt.Sprintf("proof/%d", index)))), latest.N, latest.Hash, int64(index), leaf))
	}
	fmt.Printf("%d keys, from %d to %d entries", len(keys), earlier.N, latest.N)
}

func open(signed []byte, keys []note.Verifier) tlog.Tree {
	opened, err := note.Open(signed, note.VerifierList(keys...))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

// Hashes in base64, one a line.
func served(text []byte) (proof tlog.TreeProof) {
	for _, line := range strings.Fields(string(text)) {
		hash, err := tlog.ParseHash(line)
		must(err)
		proof = append(proof, hash)
	}
	return proof
}

func entries(log folder, size int64) (all [][]byte) {
	for index := int64(0); index*256 < size; index++ {
		path := fmt.Sprintf("tile/entries/%03d", index)
		if width := size - index*256; width < 256 {
			path += fmt.Sprintf(".p/%d", width)
		}
		for bundle := log.read(path); len(bundle) > 0; {
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			all = append(all, bundle[2:end])
			bundle = bundle[end:]
		}
	}
	return all
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
