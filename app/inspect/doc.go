// Package inspect looks through a whole data folder, beside a running hub too,
// and spells out what is not as it should be: the record as record.Check
// walks it, the structure of every database, the attachments that facts name.
package inspect
