// Package marking changes how a thing is marked under TLP 2.0 after it was
// recorded. The facts stay as they are; who may see the thing follows its last
// change. What is TLP:RED is for the seats that its change names, and nobody
// else, not even the rest of the owner's institution.
package marking
