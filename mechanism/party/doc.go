// Package party holds who takes part: states, organisations, bodies, programme
// accounts, companies and classes of recipients, and since when they are
// members. It is pure.
package party
