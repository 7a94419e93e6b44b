package app

import (
	"context"
	"crypto/sha256"
	"errors"

	"tallinn/class"
	"tallinn/fact"
	"tallinn/mechanism/report"
	"tallinn/mechanism/report/reporthttp"
	"tallinn/mechanism/seat"
	"tallinn/notice/desk"
	"tallinn/policy"
	"tallinn/record"
	"tallinn/text"
	"tallinn/tlp"
)

// stranger is who reports an error: nobody asks.
const stranger = "visitor"

// reports are the form on which any reader reports an error, and the front
// office's list. In a demonstration what is reported of the real account goes
// to the exercise's front office, the only one there is.
func (h room) reports() *reporthttp.Handler {
	at := h
	if h.demo {
		at.realm = fact.Exercise
	}
	return &reporthttp.Handler{Limit: h.reported, Gate: h.gate, Now: h.cfg.Now, Log: h.cfg.Log,
		Desk: func(ctx context.Context) bool {
			return h.policy.May(h.acting(ctx).principal(h.realm), policy.Read, reportClass(h.realm))
		},
		View:  func(fn func(*report.Book)) { h.View(h.realm, func(b *Books) { fn(b.Reports) }) },
		Words: h.wordsOfReport, File: at.fileReport, Close: h.closeReport}
}

func reportClass(realm fact.Realm) class.Class {
	return class.Class{Realm: realm, Noun: "report", Marking: tlp.Amber}
}

func (h room) wordsOfReport(ctx context.Context, r report.Report) (string, error) {
	words, err := h.record.Text(ctx, r.Filed.Words)
	if errors.Is(err, text.ErrErased) {
		return "", nil
	}
	return words, err
}

// fileReport keeps a report under an id that is drawn; its words are sealed
// under a key of its own.
func (h room) fileReport(ctx context.Context, key, page, words string) (report.ID, error) {
	if key == "" || len(key) > maxKey {
		return "", ErrKey.With("most", maxKey)
	}
	books := h.state.realms[h.realm]
	res, err := h.record.Decide(ctx, record.Command{ID: stranger + " " + key, Op: "report.file", Args: sha256.Sum256([]byte(page + "\n" + words)),
		By: stranger, Realm: h.realm}, func(tx *record.Tx) ([]fact.Body, error) {
		id, err := tx.NewID("Q")
		if err != nil {
			return nil, err
		}
		ref, err := tx.Text(words)
		if err != nil {
			return nil, err
		}
		return books.Reports.File(report.ID(id), page, ref)
	})
	if err != nil || len(res.IDs) == 0 {
		return "", err
	}
	return report.ID(res.IDs[0]), nil
}

func (h room) closeReport(ctx context.Context, key string, id report.ID, outcome report.Outcome) error {
	by := h.acting(ctx).seat
	_, err := h.decide(ctx, command{key: key, op: "report.close", args: []string{string(id), string(outcome)},
		may: func(*Books) (policy.Action, class.Class) { return policy.Close, reportClass(h.realm) }},
		func(tx *record.Tx, b *Books) ([]fact.Body, error) {
			s, err := b.by(tx, by.ID)
			if err != nil {
				return nil, err
			}
			if err := tx.Read(named(string(id))...); err != nil {
				return nil, err
			}
			r, _ := b.Reports.Get(id)
			return r.Close(s, tx.Now(), outcome)
		})
	return err
}

// mostReports bounds the reports on one desk.
const mostReports = 20

// reportsOf are the reports that wait for the front office.
func (b *Books) reportsOf(s seat.Seat) (out []waiting, more int) {
	if s.Role != seat.FrontOffice {
		return nil, 0
	}
	for r := range b.Reports.Open() {
		if len(out) >= mostReports {
			more++
			continue
		}
		id := string(r.Filed.Report)
		out = append(out, waiting{Item: desk.Item{Kind: desk.Report, ID: id, Href: "/reports#" + id, Words: r.Filed.Page}})
	}
	return out, more
}
