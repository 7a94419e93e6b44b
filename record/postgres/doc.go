// Package postgres keeps the record in PostgreSQL, so that several hubs may
// stand on one record.
//
// A batch is appended by one call of one function of the database, in one
// message: no transaction of ours is ever open while the database waits for
// us. A hub that is paused or cut off in the middle therefore holds up nobody:
// either the message had arrived whole, and the batch is committed or refused
// without the hub, or it is as if it had never been sent. The position is the
// primary key, and of two hubs that append the same one the second is refused.
//
// When the answer to a commit is lost, Append ends the session that was to
// answer, so that nothing of it can still be under way, and reads whether the
// batch is there.
//
// The owner of the schema changes tables (Migrate); a hub needs only what the
// writer may: read, call the function that appends, and move cursors. It can
// neither change nor delete a fact.
package postgres
