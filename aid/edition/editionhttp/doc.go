// Package editionhttp shows the editions of the public statement and takes
// what is decided on their drafts: pages, tables and the API.
package editionhttp
