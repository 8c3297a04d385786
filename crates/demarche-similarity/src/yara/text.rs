//! A rule as YARA reads it.

use std::fmt;

use super::{Rule, Share};

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.hit, self.of)
    }
}

impl Rule {
    /// The rule's name: the family's with everything but letters, digits and underscores replaced.
    #[must_use]
    pub fn name(&self) -> String {
        let plain = |sign: char| if sign.is_ascii_alphanumeric() { sign } else { '_' };
        // 128 signs are the most that YARA takes.
        let family: String = self.family.chars().map(plain).take(100).collect();
        format!("code_of_{family}")
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let coverage = &self.coverage;
        writeln!(f, "rule {}\n{{\n    meta:", self.name())?;
        writeln!(
            f,
            "        description = \"code that only {} has among the files at hand\"",
            quoted(&self.family)
        )?;
        writeln!(f, "        hits_own = \"{}\"", coverage.own)?;
        if coverage.held_out.of > 0 {
            writeln!(
                f,
                "        hits_held_out = \"{}, by rules made without them\"",
                coverage.held_out
            )?;
        }
        writeln!(f, "        hits_others = \"{}\"", coverage.others)?;
        let unseen = &coverage.held_out_others;
        writeln!(
            f,
            "        hits_held_out_others = \"{unseen}, by rules made without their family\""
        )?;
        if let Some(index) = &coverage.index {
            writeln!(f, "        hits_index_family = \"{}, at least\"", index.family)?;
            writeln!(f, "        hits_index_others = \"{}, at least\"", index.others)?;
        }
        writeln!(f, "    strings:")?;
        for (index, block) in self.blocks.iter().enumerate() {
            writeln!(
                f,
                "        // {} in the function at {} of {}; in {} of {} files",
                block.address,
                block.function,
                block.sample,
                block.files.len(),
                coverage.own.of
            )?;
            writeln!(f, "        $b{index} = {{ {} }}", block.pattern)?;
        }
        writeln!(f, "    condition:\n        {} of them\n}}", self.threshold)
    }
}

/// A text within quotes.
fn quoted(text: &str) -> String {
    text.chars()
        .filter(|sign| !sign.is_control())
        .flat_map(|sign| {
            let escape = matches!(sign, '"' | '\\').then_some('\\');
            escape.into_iter().chain([sign])
        })
        .collect()
}
