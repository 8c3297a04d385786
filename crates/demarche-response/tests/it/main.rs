//! Integration tests, one module for each subject.

#[cfg(test)]
mod criminal;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod precedent;
#[cfg(test)]
mod real;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod severity;
#[cfg(test)]
mod smaa;
#[cfg(test)]
mod weighing;
