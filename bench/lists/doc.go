// Package lists_test measures an import of 100,000 rows through the hub: a
// partner's flows, as a CSV file and as a workbook, from the first byte sent
// until every row is on record and may be read.
package lists_test
