// Package publicdata imports the public tables on the Tallinn Mechanism:
// members, bodies, classes of recipients, contributions, projects and events,
// each row with its own source. Every row becomes facts of the importer on
// basis "published", shown as "published, not confirmed here".
//
// An import reads the tables (package table), resolves names by aliases.csv,
// decides what each row becomes (Treat), asks the nouns' own rules, and only
// then, if no row has a problem, records one command a row. Importing the same
// tables again changes nothing. A row that reads differently corrects what it
// made; one that must now be treated differently withdraws it and records
// anew. A row that is no longer in its file is reported and kept.
//
// How each row is treated, and why, is in doc/account.md.
package publicdata
