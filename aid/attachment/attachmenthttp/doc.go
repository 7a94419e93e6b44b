// Package attachmenthttp serves the files of a need: its part of the need's
// page, the form that attaches one, the file itself, and the same in the API.
// A file streams through; nothing of it is kept in memory whole. It is given
// out as a download only, under a name and a type that no browser runs.
package attachmenthttp
