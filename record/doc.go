// Package record keeps the facts: it decides, appends and replays.
//
// Facts are the truth and memory is their index. Open replays the whole store
// into the application's state. After that a decision goes like this:
//
//	Decide   runs the rule under the read lock, so that all it sees is one
//	         state. Every stream it reads through Tx joins its read set.
//	commit   one committer takes all decisions that wait, checks that what
//	         each has read still stands, and appends the facts of those that
//	         do in one durable transaction, in one order without gaps. The
//	         others run their rule again.
//	fold     the facts join the state under the write lock, in order of pos.
//	         Only then Decide returns.
//	tell     subscribers are called after commit, in order of pos, at least
//	         once, each at its own pace.
//
// The position is the store's primary key. Of two programs on one store that
// append the same position one loses: it reads what the other wrote, folds it,
// and decides again.
//
// Locks, in the order they are taken: Record.mu guards the application's
// state, the time of the last fact and all writing to the index; index.mu
// guards the index for readers that hold no Record.mu. The committer alone
// writes either. Package sqlite is the embedded store; recordtest is the suite
// that every store passes.
package record
