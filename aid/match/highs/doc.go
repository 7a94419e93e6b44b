// Package highs runs HiGHS, the open solver of mixed integer programs, inside
// this program: its WebAssembly build from the npm package "highs" 1.15.3,
// kept here compressed and pinned by its SHA-256, executed by wazero without
// cgo. HiGHS and its JavaScript wrapper are under the MIT licence, see
// LICENSE.highs.
//
// WebAssembly computes the same everywhere, and the clock that HiGHS is given
// stands still, so its answer depends on the program and the node limit only.
// The clock is also where it is stopped: HiGHS asks the time often.
package highs
