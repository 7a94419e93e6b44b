// Package webtest is how tests look at pages: as a reader's browser does
// (Browser, with Debian's chromium), and as a parsed document (Get), which
// costs a thousandth. No program imports it.
//
// axe.min.js is axe-core 4.14.1 by Deque Systems, unchanged, under the Mozilla
// Public License 2.0 (axe.LICENSE). It runs in tests only and is no part of
// any program.
package webtest
