package event

// Most texts of a record are never looked at. A reader that is asked to may
// therefore leave texts with escapes as they stand in the log, and gives the
// event the means to write them out: Text and Get do so for one, Unpack for
// all. Whoever gets events from such a reader takes values by these.

// A Names numbers the names of one reader: fields of one number have one
// name. It serves by its identity; what it holds is its reader's business.
type Names struct{ _ byte } // of a size, so that two of them differ

// Packed makes e an event with packed texts. write turns what stands in the
// log into the text; record is the whole record as it stands there, or "" if
// that does not show what its values are written with (see Record).
func (e *Event) Packed(write func(string) string, record string) {
	e.write, e.record = write, record
}

// Record is the record as it stands in its log, given only if every letter and
// digit of every value stands there as itself, and there is nothing but ASCII.
// A word that is not in it is in no value.
func (e *Event) Record() string { return e.record }

// Packed reports whether f's value is still written as in its log.
func (f *Field) Packed() bool { return f.Kind == packed }

// Text is the value of the field at position i.
func (e *Event) Text(i int) string {
	f := &e.Fields[i]
	if f.Kind == packed {
		f.Value, f.Kind = e.write(f.Value), Text
	}
	return f.Value
}

// Unpack writes out every packed text.
func (e *Event) Unpack() {
	for i := range e.Fields {
		e.Text(i)
	}
}

// AddPacked appends a field whose value is what write makes of text.
func (e *Event) AddPacked(name, text string, num int32) {
	e.Fields = append(e.Fields, Field{name, text, packed, num})
}
