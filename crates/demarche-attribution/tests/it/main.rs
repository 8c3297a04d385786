//! Tests of the judge against closed forms, of its laws, and on real cases; of the fitted weights on attacks of the past.

#[cfg(test)]
mod judged;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod left_out;
#[cfg(test)]
mod measured;
#[cfg(test)]
mod real;
#[cfg(test)]
mod shared;
#[cfg(test)]
mod small;
#[cfg(test)]
mod tools;
#[cfg(test)]
mod unlisted;
#[cfg(test)]
mod weighing;
