// Package identity holds who may speak to the hub. In this release that is
// machines with a bearer token, one for each role; persons, passkeys and
// sessions follow.
package identity
