//! Files of others as evidence.

#[cfg(test)]
mod forms;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod marking;
#[cfg(test)]
mod merging;
#[cfg(test)]
mod unused;
