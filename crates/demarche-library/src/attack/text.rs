//! ATT&CK's descriptions: Markdown with links and citations in round brackets.

/// A description without its markup, and the sources it cites with the place in the plain text where it cites them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plain<'a> {
    pub(crate) text: String,
    /// The short name of a source and the bytes of plain text before it.
    pub(crate) cited: Vec<(usize, &'a str)>,
}

impl<'a> Plain<'a> {
    /// Takes links, citations and tags of code out of a description; what only looks like them stays.
    pub(crate) fn of(text: &'a str) -> Self {
        let mut rest = text.trim_start();
        let mut plain = Self { text: String::with_capacity(rest.len()), cited: Vec::new() };
        while let Some(place) = rest.find(['[', '(', '<']) {
            let (before, after) = rest.split_at(place);
            plain.text.push_str(before);
            rest = plain.markup(after);
        }
        plain.text.push_str(rest);
        plain.text.truncate(plain.text.trim_end().len());
        plain
    }

    /// Reads what begins with a bracket, and gives what follows it.
    fn markup(&mut self, text: &'a str) -> &'a str {
        if let Some((name, rest)) =
            text.strip_prefix("(Citation:").and_then(|rest| rest.split_once(')'))
        {
            self.text.truncate(self.text.trim_end_matches(' ').len());
            self.cited.push((self.text.len(), name.trim()));
            return rest;
        }
        if let Some((label, rest)) = link(text) {
            self.text.push_str(label);
            return rest;
        }
        for tag in ["<code>", "</code>", "<br>"] {
            if let Some(rest) = text.strip_prefix(tag) {
                return rest;
            }
        }
        let mut letters = text.chars();
        self.text.extend(letters.next());
        letters.as_str()
    }

    /// The sentences, each with its sources; a sentence without any has those of the next in its paragraph that has.
    pub(crate) fn sentences(&self) -> Vec<(&str, Vec<&'a str>)> {
        let mut sentences = self.bare_sentences();
        let mut following: Vec<&'a str> = Vec::new();
        for (_, cited, is_last) in sentences.iter_mut().rev() {
            if *is_last {
                following.clear();
            }
            if cited.is_empty() {
                cited.clone_from(&following);
            } else {
                following.clone_from(cited);
            }
        }
        sentences.into_iter().map(|(text, cited, _)| (text, cited)).collect()
    }

    /// The sentences, each with the sources that it cites itself, and whether it ends a paragraph.
    fn bare_sentences(&self) -> Vec<(&str, Vec<&'a str>, bool)> {
        let mut sentences: Vec<(&str, Vec<&'a str>, bool)> = Vec::new();
        let mut start = 0;
        for end in self.ends() {
            let text = self.text.get(start..end).unwrap_or_default();
            let cited =
                self.cited.iter().filter(|(position, _)| (start + 1..=end).contains(position));
            let cited: Vec<&'a str> = cited.map(|(_, name)| *name).collect();
            let is_last = text.ends_with('\n');
            match sentences.last_mut() {
                _ if !text.trim().is_empty() => sentences.push((text.trim(), cited, is_last)),
                Some(last) => last.2 |= is_last,
                None => {}
            }
            start = end;
        }
        sentences
    }

    /// Returns the ends of sentences: behind a full stop before a space and a capital, unless it is that of an initial.
    fn ends(&self) -> Vec<usize> {
        let text = &self.text;
        let mut ends = Vec::new();
        for (place, _) in text.match_indices(['.', '\n']) {
            let end = place + 1;
            let (before, after) = text.split_at_checked(end).unwrap_or((text, ""));
            let word = before.rsplit([' ', '\n']).next().unwrap_or_default();
            let is_initial = word.len() <= 2 || word.matches('.').count() > 1;
            let next = after.trim_start_matches([' ', '\n']);
            let is_space = after.starts_with([' ', '\n']) || after.is_empty();
            let is_end = before.ends_with('\n')
                || (is_space && !is_initial && !next.starts_with(char::is_lowercase));
            if is_end {
                ends.push(end);
            }
        }
        ends.push(text.len());
        ends
    }
}

/// A link `[label](https://…)`: its label and what follows it.
fn link(text: &str) -> Option<(&str, &str)> {
    let (label, rest) = text.strip_prefix('[')?.split_once("](http")?;
    let (_, rest) = rest.split_once(')')?;
    (!label.contains(['[', '\n'])).then_some((label, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_what_looks_like_it_stays() {
        let plain = Plain::of(
            "[A](https://x.org/a) is [sic] (old) <code>net</code>. (Citation: One)(Citation: Two) U.S. firms. Then [",
        );
        assert_eq!(plain.text, "A is [sic] (old) net. U.S. firms. Then [");
        assert_eq!(plain.cited, [(21, "One"), (21, "Two")]);
        assert_eq!(
            plain.sentences(),
            [
                ("A is [sic] (old) net.", vec!["One", "Two"]),
                ("U.S. firms.", vec![]),
                ("Then [", vec![]),
            ]
        );
    }

    #[test]
    fn a_source_covers_the_sentences_before_it_in_its_paragraph() {
        let plain = Plain::of("One two. Three four.(Citation: A)\n\nFive six. Seven eight.");
        let sources: Vec<_> = plain.sentences().into_iter().map(|(_, cited)| cited).collect();
        assert_eq!(sources, [vec!["A"], vec!["A"], vec![], vec![]]);
    }

    #[test]
    fn any_text_is_taken_as_it_is() {
        for text in ["", "(", "[](http", "(Citation:", "[a](http://b", "é[ü](https://é)ö", "."]
        {
            let plain = Plain::of(text);
            assert!(plain.text.len() <= text.len());
            drop(plain.sentences());
        }
    }
}
