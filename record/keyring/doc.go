// Package keyring keeps the keys that texts, names and attachments are sealed
// under, one for each person and each thing, in a database apart from what
// they seal: keys.db in the data folder, or a schema of its own in PostgreSQL
// when several hubs share them.
//
// Destroying a key erases everything under it at once: in the record, in its
// journal, and in every backup of them. The key itself is overwritten in the
// file (SQLite's secure_delete), and the journal is copied and cut to nothing.
// What this cannot reach: blocks that a solid-state disk has set aside, and
// blocks that the file system has taken back from the journal; encrypt the
// disk. A backup of keys.db holds the key until it expires; keep none longer
// than 30 days. In PostgreSQL the row's old version goes with the next vacuum
// of the table, which Destroy asks for, and with the archived journal.
package keyring
