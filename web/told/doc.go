// Package told is how pages tell what was recorded: a history of facts, what
// a correction changed, and published wording in the language it was
// published in. It knows no noun; a noun's door says what its fields and
// words are called, by keys of the catalogue under the noun's name.
package told
