// Package need holds what recipients ask for, from submission through the
// groups' stages to validation. It is pure: rules return facts, or an error
// that says what to do instead; Fold takes a recorded fact.
//
// A need's summary and its weakness are separate texts with separate
// audiences, referred to and never contained. Drafts are not facts. An overdue
// stage decides nothing: it waits on the front office's desk as well.
package need
