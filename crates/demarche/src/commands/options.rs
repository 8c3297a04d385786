//! `demarche options`: what can be done, and what happened when it was.

pub(crate) mod precedents;
pub(crate) mod weigh;
