// Package attachment holds the files that bear a need out. A fact names a file
// by the hash of its ciphertext; the file itself, and its name, lie beside the
// record, sealed under the need's key.
//
// Copy decides by the content what a file is, lets only a few types through,
// and takes the metadata out of pictures: where and when, with which camera,
// by whom, and the small picture inside the picture.
//
// Attached → shown to the readers of the part of the need that it belongs to
// → withdrawn by the owner, after which nobody is shown it.
package attachment
