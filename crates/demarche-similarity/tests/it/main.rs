//! Integration tests, one module for each subject.

#[cfg(test)]
#[path = "../../examples/corpus/corpus.rs"]
mod corpus;
#[cfg(test)]
mod corpus_actors;
#[cfg(test)]
mod corpus_folder;
#[cfg(test)]
mod corpus_recall;
#[cfg(test)]
mod hands;
#[cfg(test)]
mod yara;
