// Package recordhttp shows the record to its readers: every fact as a person
// would read it, and its exact bytes with their hash. It shows what
// everyone may read; to its readers any other fact is not there.
package recordhttp
