//! Text as Markdown.

pub(crate) use demarche_case::text::{LINE, NAME, PROSE, clean, shown};

/// A statement in Markdown: it stays one line and becomes neither markup nor a link.
pub(crate) fn markdown(text: &str) -> String {
    escaped(&shown(text, LINE))
}

/// A heading in Markdown: signs at its end do not count as the heading's closing mark, which a reader leaves out.
///
/// Source: `CommonMark` 0.31, section 4.2 (headings with signs of number).
pub(crate) fn markdown_heading(level: usize, text: &str) -> String {
    let mut line = markdown(text);
    if line.ends_with('#') && !line.ends_with("\\#") {
        line.insert(line.len() - 1, '\\');
    }
    format!("{} {line}", "#".repeat(level))
}

/// Source: `CommonMark` 0.31, section 2.4 (backslash escapes), and `GitHub`'s tables and autolinks.
fn escaped(line: &str) -> String {
    let mut out = String::new();
    let number = line.trim_start_matches(|sign: char| sign.is_ascii_digit());
    let list_end = line.len().saturating_sub(number.len());
    for (place, sign) in line.char_indices() {
        let rest = line.get(place..).unwrap_or_default();
        let starts_a_block = place == 0 && matches!(sign, '#' | '+' | '-' | '=' | ':');
        let ends_a_list_number = place > 0
            && place == list_end
            && matches!(sign, '.' | ')')
            && !rest
                .get(1..)
                .is_some_and(|rest| rest.starts_with(|sign: char| !sign.is_whitespace()));
        let links = rest.starts_with("://") || sign == '@' || (sign == '.' && ends_in_www(&out));
        let marks = matches!(
            sign,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '{' | '}'
        );
        if starts_a_block || ends_a_list_number || links || marks {
            out.push('\\');
        }
        out.push(sign);
    }
    out
}

fn ends_in_www(text: &str) -> bool {
    text.as_bytes().last_chunk::<3>().is_some_and(|end| end.eq_ignore_ascii_case(b"www"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_neither_markup_nor_link() {
        assert_eq!(markdown("<b>|*x*_y_"), r"\<b\>\|\*x\*\_y\_");
        assert_eq!(markdown("# title"), r"\# title");
        assert_eq!(markdown("1. first"), r"1\. first");
        assert_eq!(markdown("2014-11-24 at 1.5"), "2014-11-24 at 1.5");
        assert_eq!(markdown("9.7 %"), "9.7 %");
        assert_eq!(markdown("9."), r"9\.");
        assert_eq!(markdown("see http://a www.b c@d"), r"see http\://a www\.b c\@d");
        assert_eq!(markdown("[x](javascript:y)"), r"\[x\](javascript:y)");
    }

    #[test]
    fn signs_at_the_end_of_a_heading_stay() {
        assert_eq!(markdown_heading(1, "written in C #"), r"# written in C \#");
        assert_eq!(markdown_heading(2, "a ##"), r"## a #\#");
        assert_eq!(markdown_heading(2, "#"), r"## \#");
    }
}
