package exercise

// A Published flow is one that was read, in the exercise, from a public
// source: nobody has confirmed it there yet.
type Published struct {
	Key                string
	Provider, Receiver string
	Euros              int64
	Status             string // of flow.Status
	DaysAgo            int
	Line               string
	Reporter           string
}

// Publications lists them.
var Publications = []Published{
	{"marshes-rivers", "XC", "ex-rivers", 240_000, "commitment", 60, "detection", "Gazette of the exercise"},
	{"brennmark-orchards", "XE", "ex-orchards", 85_000, "paid", 35, "training", "Gazette of the exercise"},
	{"tarnholm-hills", "XB", "ex-hills", 1_200_000, "pledge", 20, "", "Gazette of the exercise"},
}
