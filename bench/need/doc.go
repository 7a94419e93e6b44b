// Package need measures the book of 20,000 needs: its memory, and what pages
// ask of it.
//
// The needs are made up by a fixed rule: two hundred owners; one to three lots,
// half of them with a cost; all texts, of the form in which the record makes
// references; six in ten have gone through both groups with three votes each
// and are validated, one in ten waits in either group, one in ten came back
// once and was submitted again, one in ten was rejected. They are told as a
// replay tells them: through the bytes of their facts.
package need
