package record_test

import (
	"context"
	"crypto/rand"
	"testing"

	"github.com/jackc/pgx/v5"

	"tallinn/fact"
	"tallinn/record/postgres"
	"tallinn/record/postgres/cluster/clustertest"
)

// BenchmarkDecidePostgres is BenchmarkDecide on PostgreSQL, over the loopback.
func BenchmarkDecidePostgres(b *testing.B) {
	store, err := postgres.Open(b.Context(), postgres.Config{DSN: clustertest.Start(b, nil).DSN("postgres"), Random: rand.Reader})
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	decide(b, store)
}

// BenchmarkBareCopy is what the database gives: one session that copies
// whatever waits into a table with a position, in one transaction.
func BenchmarkBareCopy(b *testing.B) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, clustertest.Start(b, nil).DSN("postgres"))
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `CREATE TABLE facts (pos bigint PRIMARY KEY, raw bytea NOT NULL)`); err != nil {
		b.Fatal(err)
	}
	batch, err := flows(0, 1)
	if err != nil {
		b.Fatal(err)
	}
	queue := make(chan chan error, 4096)
	defer close(queue)
	go func() {
		var pos int64
		for first := range queue {
			group := []chan error{first}
			for waits := true; waits; {
				select {
				case next := <-queue:
					group = append(group, next)
				default:
					waits = false
				}
			}
			_, err := conn.CopyFrom(ctx, pgx.Identifier{"facts"}, []string{"pos", "raw"},
				pgx.CopyFromSlice(len(group), func(i int) ([]any, error) { return []any{pos + int64(i), batch.Facts[0]}, nil }))
			pos += int64(len(group))
			for _, done := range group {
				done <- err
			}
		}
	}()
	measure(b, "records/s", func(int) error {
		done := make(chan error, 1)
		queue <- done
		return <-done
	})
}

// BenchmarkAppendPostgres compares, for batches of one length, the one call
// that keeps a batch with COPY in a transaction.
func BenchmarkAppendPostgres(b *testing.B) {
	server := clustertest.Start(b, nil)
	for _, size := range []int{1, 64, 1000} {
		b.Run("call", func(b *testing.B) {
			store, err := postgres.Open(b.Context(), postgres.Config{DSN: server.DSN("postgres"),
				Schema: "s_" + clustertest.Name(b), Random: rand.Reader})
			if err != nil {
				b.Fatal(err)
			}
			defer store.Close()
			appends(b, size, func(first fact.Pos) error {
				batch, err := flows(first, size)
				if err != nil {
					return err
				}
				return store.Append(b.Context(), batch)
			})
		})
		b.Run("copy", func(b *testing.B) {
			conn, err := pgx.Connect(b.Context(), server.DSN("postgres"))
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close(context.Background())
			name := "c_" + clustertest.Name(b)
			clustertest.Exec(b, server.DSN("postgres"), `CREATE TABLE `+name+`_facts (pos bigint PRIMARY KEY, raw bytea NOT NULL)`,
				`CREATE TABLE `+name+`_commands (id text PRIMARY KEY, op text NOT NULL, args bytea NOT NULL,
				first bigint NOT NULL UNIQUE, last bigint NOT NULL, ids text NOT NULL)`)
			appends(b, size, func(first fact.Pos) error { return copyBatch(b.Context(), conn, name, first, size) })
		})
	}
}

func appends(b *testing.B, size int, do func(first fact.Pos) error) {
	first := fact.Pos(0)
	for b.Loop() {
		if err := do(first); err != nil {
			b.Fatal(err)
		}
		first += fact.Pos(size)
	}
	b.ReportMetric(float64(size), "facts")
	b.ReportMetric(float64(first)/b.Elapsed().Seconds(), "facts/s")
}

func copyBatch(ctx context.Context, conn *pgx.Conn, name string, first fact.Pos, size int) error {
	batch, err := flows(first, size)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		_, err := tx.CopyFrom(ctx, pgx.Identifier{name + "_facts"}, []string{"pos", "raw"},
			pgx.CopyFromSlice(size, func(i int) ([]any, error) { return []any{int64(first) + int64(i), batch.Facts[i]}, nil }))
		if err != nil {
			return err
		}
		_, err = tx.CopyFrom(ctx, pgx.Identifier{name + "_commands"}, []string{"id", "op", "args", "first", "last", "ids"},
			pgx.CopyFromSlice(len(batch.Commands), func(i int) ([]any, error) {
				m := batch.Commands[i]
				return []any{m.ID, m.Op, m.Args[:], int64(m.First), int64(m.Last), "[]"}, nil
			}))
		return err
	})
}
