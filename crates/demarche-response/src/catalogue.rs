//! The catalogue of options that ships with demarche.

use demarche_case::options::Options;

const TEXT: &str = include_str!("catalogue.toml");

/// The options that ship with demarche, with what is estimated of each and from where that is.
#[must_use]
#[expect(
    clippy::missing_panics_doc,
    reason = "the text is part of the program, and a test reads it"
)]
pub fn catalogue() -> Options {
    Options::read("catalogue.toml", TEXT).expect("it is read in a test")
}

#[cfg(test)]
mod tests {
    use demarche_case::norm;
    use demarche_case::options::Criterion;

    use super::*;

    #[test]
    fn the_catalogue_is_read_whole() {
        let options =
            Options::read("catalogue.toml", TEXT).unwrap_or_else(|error| panic!("{error}"));
        assert!(options.options.len() >= 18);
    }

    #[test]
    fn every_option_has_every_criterion_and_cites_what_is_known() {
        let options = catalogue();
        for option in &options.options {
            let given: Vec<Criterion> = option.estimates.iter().map(|(of, _)| *of).collect();
            assert_eq!(given, Criterion::ALL, "{}", option.id);
            let cited = option.articles.iter().chain(option.bases.iter().map(|basis| &basis.cite));
            for id in cited {
                assert!(norm(id).is_some(), "{}: {id}", option.id);
            }
            for id in &option.after {
                assert!(
                    options.options.iter().any(|earlier| earlier.id == *id),
                    "{}: {id}",
                    option.id
                );
            }
        }
    }
}
