use std::fmt;

/// A range of bytes of the text of a pattern, from 0 to the length of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// The offset of the first byte.
    pub start: usize,
    /// The offset behind the last byte.
    pub end: usize,
}

/// A position in a text, as a person finds it in an editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The offset in bytes, from 0.
    pub byte: usize,
    /// The line, from 1; a line feed ends a line.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Place {
    /// The position of a byte offset; an offset behind the end counts as the end.
    #[must_use]
    pub fn of(text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line = before.bytes().filter(|sign| *sign == b'\n').count() + 1;
        let last = before.rsplit('\n').next().unwrap_or(before);
        Self { byte: before.len(), line, column: last.chars().count() + 1 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {} (byte {})", self.line, self.column, self.byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_offsets_count_bytes() {
        let place = Place::of("é\nüx", 5);
        assert_eq!(place, Place { byte: 5, line: 2, column: 2 });
        assert_eq!(Place::of("", 9), Place { byte: 0, line: 1, column: 1 });
    }

    #[test]
    fn an_offset_within_a_character_or_behind_the_end_counts_as_the_end() {
        let end = Place { byte: 4, line: 1, column: 4 };
        assert_eq!(Place::of("aéb", 2), end);
        assert_eq!(Place::of("aéb", 4), end);
        assert_eq!(Place::of("aéb", 99), end);
        assert_eq!(end.to_string(), "line 1, column 4 (byte 4)");
    }
}
