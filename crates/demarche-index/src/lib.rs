//! Fingerprints of known programs, stored so that a program can be compared with millions of functions in a second.
