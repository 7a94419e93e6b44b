// Package searchhttp is the page of a search, what opens under its box while
// it is typed, and its part of the API. What is found, and what may be shown
// of it, app says.
package searchhttp
