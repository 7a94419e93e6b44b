// Package listhttp serves the imports of lists: a file is sent, its columns are
// guessed and put right, its first rows are shown as they were understood with
// what is wrong in each cell; then every row is checked, and recorded as its
// form would record it. The same in the API.
package listhttp
