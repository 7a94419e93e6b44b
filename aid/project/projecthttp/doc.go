// Package projecthttp tells facts of projects as a person would read them,
// and shows on a party's page the work that it pays for or carries out.
package projecthttp
