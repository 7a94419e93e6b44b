// Package nbu reads the National Bank of Ukraine's official exchange rates from
// files as its service gives them (JSON), saved by whoever imports them: the
// hub fetches nothing. They read the other way round than the ECB's: hryvnias
// for one unit of each currency.
package nbu
