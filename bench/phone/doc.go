// Package phone measures the emergency page as somebody under attack has it: in
// chromium, 390 pixels wide, in Ukrainian, on a line of 400 kbit/s with 400 ms
// to the first byte of each answer. A hub with the exercise runs in the same
// process.
//
// BenchmarkEmergency opens the page with nothing kept (its first contentful
// paint and all its bytes, compressed, as the browser counts them), fills it in,
// lets the line fall, sends, lets the line return, and takes the time until the
// receipt stands on the page.
package phone
