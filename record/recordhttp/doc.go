// Package recordhttp shows the record to its readers: every fact as a person
// would read it, and its exact bytes with their hash. It shows what is marked
// TLP:CLEAR in the real realm; to its readers any other fact is not there.
package recordhttp
