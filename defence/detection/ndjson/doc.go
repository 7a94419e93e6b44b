// Package ndjson reads logs of one JSON object a line (also a JSON array of
// objects, or objects spread over lines), flat or nested.
//
// Values are views into the input; only text with escapes is rewritten.
// Nested objects become names joined by dots, and the wrappers that exporters
// put round Windows events (Event.EventData, winlog.event_data, System …) are
// taken off, so that a field has Sigma's name whatever wrote the log. The
// items of an array become several values of one field. A name that stands
// twice has both values: nothing can hide behind a duplicate.
//
// What is no JSON costs its line and is counted.
package ndjson
