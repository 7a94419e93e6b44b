// Package doctor looks at a hub's folder, settings and surroundings, beside a
// running hub too, and says what is sound and what is not. It changes nothing.
// What to do about each finding stands in the catalogue, under "doctor." and
// the finding's code.
package doctor
