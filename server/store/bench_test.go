package store_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zabscope/zabscope/core/step"
	"github.com/zabscope/zabscope/core/tree"
	"github.com/zabscope/zabscope/core/zk"
	"github.com/zabscope/zabscope/server/store"
)

// setData is what a server logs for a write of 128 bytes.
func setData(z zk.Zxid) zk.Txn {
	return zk.Txn{Zxid: z, Session: 1, TimeMs: 1, Op: zk.OpSetData, Asked: zk.OpSetData, Cxid: 1,
		Version: 1, Digest: 1, Path: "/app/config", Data: make([]byte, 128)}
}

func benchDisk(b *testing.B, opts store.Options) *store.Disk {
	b.Helper()
	d, err := store.Open(store.Dirs{Snap: b.TempDir()}, server3, opts)
	require.NoError(b, err)
	_, err = d.Boot()
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, d.Close()) })
	return d
}

// batches gives d one batch after another, of that many writes each, and notes how long each took.
type batches struct {
	d      *store.Disk
	writes []step.Write
	took   []time.Duration
}

func newBatches(d *store.Disk, size int) *batches {
	s := &batches{d: d, writes: make([]step.Write, size)}
	for i := range s.writes {
		s.writes[i] = step.Write{Kind: step.AppendTxns, Txns: []zk.Txn{setData(0)}}
	}
	return s
}

func (s *batches) next(b *testing.B) {
	last := s.writes[len(s.writes)-1].Seq
	for i := range s.writes {
		last++
		s.writes[i].Seq, s.writes[i].Txns[0].Zxid = last, zk.Zxid(last)
	}
	began := time.Now()
	if err := s.d.Append(s.writes); err != nil {
		b.Fatal(err)
	}
	s.took = append(s.took, time.Since(began))
}

// report tells the middle and the worst of the batches.
func (s *batches) report(b *testing.B) {
	slices.Sort(s.took)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	b.ReportMetric(ms(s.took[len(s.took)/2]), "ms-p50")
	b.ReportMetric(ms(s.took[len(s.took)*99/100]), "ms-p99")
	b.ReportMetric(ms(s.took[len(s.took)-1]), "ms-max")
}

func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 64, 256} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.ReportAllocs()
			s := newBatches(benchDisk(b, store.Options{}), size)
			for b.Loop() {
				s.next(b)
			}
			s.report(b)
			b.ReportMetric(float64(size*b.N)/b.Elapsed().Seconds(), "txns/s")
		})
	}
}

// BenchmarkAppendOfNoDisk is what a batch costs without the disk.
func BenchmarkAppendOfNoDisk(b *testing.B) {
	b.ReportAllocs()
	s := newBatches(benchDisk(b, store.Options{Files: nowhere{store.OS{}}}), 64)
	for b.Loop() {
		s.next(b)
	}
}

// nowhere has files that take no writes behind their headers.
type nowhere struct{ store.Files }

func (n nowhere) Open(path string) (store.File, error) {
	f, err := n.Files.Open(path)
	return noFile{f}, err
}

type noFile struct{ store.File }

func (noFile) WriteAt(b []byte, _ int64) (int, error) { return len(b), nil }
func (noFile) Sync() error                            { return nil }

const many = 100_000 // znodes of 100 bytes

// forest returns a tree of many znodes.
func forest() *tree.DB {
	db := tree.New()
	meta := tree.Meta{Zxid: zk.MakeZxid(1, 0)}
	do := func(req zk.Request) {
		meta.Zxid++
		made := db.Prepare(&req, meta)
		step.Assert(made.Op != zk.OpError, "Forest")
	}
	do(zk.Request{Op: zk.OpCreateSession, Session: 1, TimeoutMs: 1000})
	for i := range many {
		if i%1000 == 0 {
			do(create("/" + strconv.Itoa(i/1000)))
		}
		do(create("/" + strconv.Itoa(i/1000) + "/node-" + strconv.Itoa(i)))
	}
	return db
}

func create(path string) zk.Request {
	return zk.Request{Op: zk.OpCreate, Session: 1, Path: path, Data: make([]byte, 100),
		ACL: zk.OpenACL}
}

// BenchmarkAppendBesideSave tells how long batches take while snapshots of many znodes are saved
// all the time.
func BenchmarkAppendBesideSave(b *testing.B) {
	d, db := benchDisk(b, store.Options{}), forest()
	s := newBatches(d, 64)
	stop, done := make(chan bool), make(chan error)
	saves := 0
	go func() {
		for {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			if err := d.Save(&step.Write{Zxid: db.Zxid(), Snap: db}); err != nil {
				done <- err
				return
			}
			saves++
		}
	}()
	for b.Loop() {
		s.next(b)
	}
	close(stop)
	require.NoError(b, <-done)
	s.report(b)
	b.ReportMetric(float64(saves)/b.Elapsed().Seconds(), "saves/s")
}

func BenchmarkSave(b *testing.B) {
	b.ReportAllocs()
	d, db := benchDisk(b, store.Options{}), forest()
	for b.Loop() {
		require.NoError(b, d.Save(&step.Write{Zxid: db.Zxid(), Snap: db}))
	}
}

// BenchmarkBoot is a start of a server with many znodes in a snapshot and half as many transactions
// behind it.
func BenchmarkBoot(b *testing.B) {
	dir, db := b.TempDir(), forest()
	d, err := store.Open(store.Dirs{Snap: dir}, server3, store.Options{})
	require.NoError(b, err)
	_, err = d.Boot()
	require.NoError(b, err)
	require.NoError(b, d.Append([]step.Write{{Seq: 1, Kind: step.AcceptEpoch, Epoch: 1}}))
	require.NoError(b, d.Save(&step.Write{Zxid: db.Zxid(), Epoch: 1, Snap: db}))
	for i := range uint64(many / 2 / 100) {
		txns := make([]zk.Txn, 100)
		for j := range txns {
			txns[j] = setData(db.Zxid() + zk.Zxid(100*i) + zk.Zxid(j) + 1)
		}
		require.NoError(b, d.Append([]step.Write{{Seq: 2 + i, Kind: step.AppendTxns, Txns: txns}}))
	}
	require.NoError(b, d.Close())
	b.ReportAllocs()
	for b.Loop() {
		d, err := store.Open(store.Dirs{Snap: dir}, server3, store.Options{})
		require.NoError(b, err)
		boot, err := d.Boot()
		require.NoError(b, err)
		require.Len(b, boot.Log, many/2)
		require.NoError(b, d.Close())
	}
}
