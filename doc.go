// Package tallinn is the software of the Tallinn Mechanism: one place where
// Ukraine's civilian cyber needs are validated, matched with what partners can
// give, delivered, and accounted for. This file walks through the code; the
// package itself holds only the rules of the house, as tests.
//
// # Facts
//
// A decision of a person or an institution is a fact: small, past tense, never
// changed. Package fact has the envelope, the canonical bytes and the registry
// of kinds. Package record keeps facts in one order without gaps: Decide runs
// a rule on the state as it stands and appends what the rule returns, all or
// nothing; one committer writes for everybody; Open replays the whole record.
// Package record/sqlite is the store of one hub, record/postgres that of
// several, record/recordtest what every store must do, and its simtest three
// hubs and their troubles, from one seed. Texts are sealed under keys that lie
// apart (record/keyring), attachments lie as ciphertext (record/blobs), so that
// destroying a key erases.
//
// # Nouns
//
// The state is made of nouns. Each is a folder in a chapter and looks alike:
//
//	aid/flow/doc.go      what it is, and which counting rules it carries
//	aid/flow/facts.go    what can be decided of it; the stored form
//	aid/flow/flow.go     Book and Fold: the index in memory over its facts
//	aid/flow/rules.go    commands: pure functions that return facts or a fault
//	aid/flow/flowhttp/   its pages and its part of the API
//
// A noun is pure: no clock, no randomness, no file, no network. What happened
// is passed in, so that a replay gives the same answer for ever. It may use
// the vocabulary (money, tlp, fact, fault, ids, text), the chapter mechanism,
// and the nouns to its left in its own chapter; between chapters, app turns a
// fact of one into a command in another. What there is:
//
//	mechanism/party        who takes part, and since when
//	mechanism/seat         who may act for whom, for a term
//	mechanism/batch        lists that were imported as one act
//	mechanism/correction   what was mistyped is mended, with consent
//	mechanism/recovery     two persons let a third in again
//	mechanism/report       errors that readers report
//	mechanism/procedure    the stages and scores by which needs are validated
//	mechanism/marking      a marking that is changed
//	mechanism/erasure      two persons erase a third
//	mechanism/milestone    what happened, by date
//	mechanism/capability   the lines that aid builds
//	mechanism/wording      bounds of texts
//	aid/rate               reference rates
//	aid/need, aid/offer    what is asked for, what can be given and is reserved
//	aid/attachment         the files that bear a need out
//	aid/match              the plan that joins them, with a proof; intake: from the record into it
//	aid/flow, aid/project  money and goods, pieces of work
//	aid/statement          every figure, computed from the books of the others
//	aid/edition            numbered editions of it, cleared by each party and released
//	defence/event          the table of an event's fields, in every naming
//	defence/detection      Sigma rules against events
//
// Some nouns have tools beside them that touch the machine on their behalf
// (aid/match/highs, defence/detection/input); the house test lists each with
// its reason, and the noun knows none of them.
//
// # Edges
//
// Package exchange reads and writes the formats of the world: exchange/table
// is strict CSV, exchange/publicdata imports the public tables of the
// mechanism, exchange/ecb the euro reference rates, exchange/nbu the hryvnia's.
// Package exchange/intake records what was planned, row by row, each once.
// Lists that people keep are read by exchange/sheet (CSV in all its ways,
// workbooks, JSON), understood by exchange/fields, and imported through
// exchange/listhttp. Package demo holds the project's copy of the public tables
// and of the euro rates, byte for byte. Package web is what all pages share
// (frame, components, texts in English and Ukrainian, the way from a fault to
// a status) and web/api the same for the API; neither knows a noun.
//
// Package identity knows persons, their ways in and sessions, and the tokens
// of machines, all kept apart from facts. Package policy asks one Cedar file
// who may see and do what; it is asked about classes of things (package
// class), so that a list of thousands takes a few questions, and policy/reads
// keeps who has read what is TLP:RED. Package search finds things by their
// words, in buckets of the same classes. Package notice tells persons what
// waits for them: notice/desk computes it, notice/outbox sees that each is told
// once, by mail, web push or webhook. Package web/live tells open pages what is
// new.
//
// # The program
//
// Package app wires all of it: the list of fact kinds, the routes, the data
// folder. It makes the routes twice, once for each realm: whoever has signed
// in to the exercise is in another room, over other books. Package app/cli is
// the command line, a client of the API but for what works on a data folder or
// a database itself ("record", "backup", "restore", "drill", "doctor",
// "upgrade", "database", "config", "init"; packages app/backup, app/doctor and
// app/inspect), and for "plan", "detect", "rules" and "logs", which need no
// hub. cmd/tallinn is a few lines around it.
//
// # Following one figure
//
// The total on the first page: statementhttp asks aid/statement for a
// Statement as of a day, in a boundary; Compute asks flow.Book for the flows
// that count and cross the boundary, and rate.Table for the last rate on or
// before each day; the Figure that comes back names its rows, its rates and
// the positions of the facts under it; the page links each to the record,
// which shows the fact as a person would read it, and its stored bytes.
//
// Why things are as they are is in doc/decisions; how the public data is
// treated, row by row, in doc/account.md; how the project is worked on in
// CONTRIBUTING.md. Who may import whom, and the other rules of the house, are
// tests beside this file.
package tallinn
