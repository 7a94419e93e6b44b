// Package needhttp is the door of needs: the list and the board, a need's own
// page, the form that submits one, the vote with its summary before signing,
// the queue of a group's seat, and the same for programs.
//
// Every page begins with the reader (Reader): the seat that asks, and what the
// policy lets it see. What is hidden looks like what is missing: the same
// answer, the same counts. Whatever changes something goes through Decide,
// whose rule reads the streams that it leans on. A form carries the id of its
// command, so that a second click, a reload or a retry over a bad line gives
// the first answer again and says so.
package needhttp
