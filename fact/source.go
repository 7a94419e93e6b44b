package fact

// A Source says where a published fact was read. It is public wording and may
// stand in a fact.
type Source struct {
	Cite string `json:"cite"` // a web address, or the title of a statement
	File string `json:"file"` // the table it came by, such as "members.csv"
	Row  string `json:"row"`  // the row's key in that table
}

// Stream is the history of the imported row: one row makes one thing.
func (s Source) Stream() string { return "row/" + s.File + "/" + s.Row }

// Joined is home and, for what a row made, the row's stream.
func (s Source) Joined(home string) []string {
	if s.File == "" {
		return []string{home}
	}
	return []string{home, s.Stream()}
}
