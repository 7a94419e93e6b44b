// Package evtx reads Windows event logs (.evtx): a file header, chunks of
// 64 KiB that stand on their own, and in each chunk records of binary XML
// that are templates with values to put in.
//
// A template is turned once a chunk into a list of operations that say which
// field comes out of which value ([program]); a record then costs one pass
// over its values and no allocation. Field names are those Sigma's taxonomy
// asks for: System elements by name, their attributes as Element_Attribute,
// EventData items by their Name attribute (also without its spaces), the
// leaves of UserData by element name, unnamed Data joined by a line feed.
//
// Damage costs the chunk it is in: the rest of that chunk is skipped and
// counted in [Stats]. The format is described in [MS-EVEN6] and in the
// libevtx documentation; nothing of theirs is copied.
package evtx
