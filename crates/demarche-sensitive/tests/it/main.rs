//! Tests of the rules as a user meets them: texts with and without sensitive data.
//!
//! `cfg(test)` tells clippy that what is not a test function is still test code.

#[cfg(test)]
mod context;
#[cfg(test)]
mod headings;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod linear;
#[cfg(test)]
mod notations;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod user_rules;
#[cfg(test)]
mod wordings;
#[cfg(test)]
mod wordings_apart;

#[cfg(test)]
mod support {
    use std::sync::LazyLock;

    use demarche_sensitive::{Finding, Layout, Rules};

    pub(crate) static RULES: LazyLock<Rules> = LazyLock::new(Rules::built_in);

    /// The findings in a text.
    pub(crate) fn findings(text: &str, layout: Layout) -> Vec<Finding> {
        let mut found = Vec::new();
        RULES.scan(text, layout, &mut found);
        found
    }

    /// Fails unless each line has exactly the value of the kind; `-` stands for none.
    pub(crate) fn check(cases: &[(&str, &str, &str)]) {
        let mut wrong = Vec::new();
        for (kind, value, line) in cases {
            let text = format!("Dear all,\n{line}\nRegards");
            let found = findings(&text, Layout::Prose);
            let found: Vec<(&str, &str)> =
                found.iter().map(|finding| (finding.kind.name(), finding.value.as_str())).collect();
            let wanted = if *kind == "-" { Vec::new() } else { vec![(*kind, *value)] };
            if found != wanted {
                wrong.push(format!("{line}: {found:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
