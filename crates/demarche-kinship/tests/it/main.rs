//! Integration tests, one module for each subject.

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod corpus_actors;
#[cfg(test)]
mod corpus_recall;
#[cfg(test)]
mod hands;
