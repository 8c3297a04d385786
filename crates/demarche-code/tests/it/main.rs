//! Integration tests, one module for each subject.

#[cfg(test)]
mod arm;
#[cfg(test)]
mod corpus_starts;
#[cfg(test)]
mod cross;
#[cfg(test)]
mod dotnet;
#[cfg(test)]
mod functions;
#[cfg(test)]
mod gaps;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod lifting;
#[cfg(test)]
mod mips;
