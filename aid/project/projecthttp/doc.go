// Package projecthttp shows pieces of work: their list, each of them, both as
// tables for programs, and their part of a party's page. A project has no
// amount here: money stands in flows.
package projecthttp
