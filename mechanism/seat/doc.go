// Package seat holds who may act for whom: an institution holds a seat for a
// term, and a person sits on it. What a person decides is decided by the seat,
// so that validation outlives a change of leadership. It is pure.
package seat
