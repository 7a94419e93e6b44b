package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	driversql "modernc.org/sqlite"

	"tallinn/record"
)

// A row's sum is the CRC-32C of its values. It finds what a disk has changed
// by itself: one bit that turned, a page of another file. Whoever changes a
// row on purpose changes its sum as well; against them facts are witnessed.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func init() {
	driversql.MustRegisterDeterministicScalarFunction("tallinn_sum", -1,
		func(_ *driversql.FunctionContext, args []driver.Value) (driver.Value, error) {
			return sumOf(args...), nil
		})
}

// sumOf is the sum of a row's values: numbers, texts and bytes.
func sumOf[V any](values ...V) int64 {
	var sum uint32
	var number [8]byte
	for _, v := range values {
		b := number[:]
		switch v := any(v).(type) {
		case int64:
			binary.BigEndian.PutUint64(number[:], uint64(v))
		case string:
			b = []byte(v)
		case []byte:
			b = v
		}
		sum = crc32.Update(sum, castagnoli, b)
		binary.BigEndian.PutUint64(number[:], uint64(len(b))) // so that nothing moves from one value to the next
		sum = crc32.Update(sum, castagnoli, number[:])
	}
	return int64(sum)
}

// Verify calls found for every row that is not as it was written.
//
// Errors: those of the database.
func (s *Store) Verify(ctx context.Context, found func(what string)) error {
	for _, q := range []string{
		`SELECT 'fact ' || pos FROM facts WHERE sum IS NOT tallinn_sum(pos, raw)`,
		`SELECT 'command ' || quote(id) FROM commands WHERE sum IS NOT tallinn_sum(id, op, args, first, last, ids)`,
		`SELECT 'cursor ' || quote(name) FROM cursors WHERE sum IS NOT tallinn_sum(name, pos)`,
	} {
		names, err := collect(ctx, s.read, func(row scanner) (name string, err error) { return name, row.Scan(&name) }, q)
		for _, name := range names {
			found(name)
		}
		if err != nil {
			return fmt.Errorf("sqlite: verify: %w", err)
		}
	}
	return nil
}

// vouched reports what is not as it was written. A record that is opened to be
// read shows it nevertheless.
func (s *Store) vouched(what string, sum int64, values ...any) error {
	if s.write == nil || sumOf(values...) == sum {
		return nil
	}
	return record.ErrDamaged.With("what", what).With("dir", s.cfg.Dir)
}
