//! Countries as catalogues name them.
