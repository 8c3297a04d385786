//! The people that networks serve, as a file of the user tells: `asn,people` or `asn<TAB>people`, comments with `#`.

use std::collections::BTreeMap;
use std::io::BufRead;

use demarche_case::{Asn, Gap};

use crate::lines::{Tally, each_line};

/// The people, or any other weight, of each network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Populations {
    people: BTreeMap<Asn, f64>,
    /// The lines that were refused, with the reasons.
    pub gaps: Vec<Gap>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
enum Problem {
    #[error("not an AS number and a number of people")]
    Fields,
    #[error("a number of people that is negative or none")]
    People,
    #[error("a second line on the same network; the first stands")]
    Repeated,
}

impl Populations {
    /// Reads a file; `name` is what gaps call it. A first line of words is taken as the names of the columns.
    ///
    /// ```
    /// # use demarche_routes::Populations;
    /// # use demarche_case::Asn;
    /// let read = Populations::read("asn,people\nAS12880,2500000\n".as_bytes(), "people.csv");
    /// assert_eq!(read.of(Asn(12880)), 2_500_000.0);
    /// ```
    pub fn read(source: impl BufRead, name: &str) -> Self {
        let mut people = BTreeMap::new();
        let mut tally = Tally::default();
        let line_gaps = each_line(source, name, |number, line| {
            if line.trim().is_empty() || line.starts_with('#') {
                return;
            }
            match entry(line) {
                Ok((asn, count)) => {
                    if people.contains_key(&asn) {
                        tally.note(Problem::Repeated, number, line);
                    }
                    people.entry(asn).or_insert(count);
                }
                Err(_) if number == 1 => {}
                Err(problem) => tally.note(problem, number, line),
            }
        });
        let mut gaps = tally.into_gaps(name);
        gaps.extend(line_gaps);
        Self { people, gaps }
    }

    /// The people of a network; 0 where the file does not name it.
    #[must_use]
    pub fn of(&self, asn: Asn) -> f64 {
        self.people.get(&asn).copied().unwrap_or(0.0)
    }
}

fn entry(line: &str) -> Result<(Asn, f64), Problem> {
    let (asn, people) = line.split_once([',', '\t', ';']).ok_or(Problem::Fields)?;
    let asn = asn.trim().parse().map_err(|_| Problem::Fields)?;
    let people: f64 = people.trim().parse().map_err(|_| Problem::Fields)?;
    if people.is_finite() && people >= 0.0 { Ok((asn, people)) } else { Err(Problem::People) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_cannot_be_read_are_named() {
        let text = "# of 2024\n1,10\n1,20\nx,3\n2,-1\n3\tinf\n4;2.5\n";
        let read = Populations::read(text.as_bytes(), "people");
        assert!((read.of(Asn(1)) - 10.0).abs() < 1e-9 && (read.of(Asn(4)) - 2.5).abs() < 1e-9);
        assert_eq!(read.gaps.len(), 3);
    }
}
