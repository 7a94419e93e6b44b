// Package procedurehttp is the door of the procedure by which needs are
// validated: its stages, who votes in each, and what each score means, in
// every version that was ever adopted. It is public.
package procedurehttp
