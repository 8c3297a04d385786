//! Text as Markdown, and text in which no address is live.

use std::net::{IpAddr, SocketAddr};

use demarche_case::Defanged;
pub(crate) use demarche_case::text::{LINE, NAME, PROSE, clean, shown};

/// The words of an item, with the addresses and links among them defanged.
///
/// A name of a host cannot be told from other words, and stays.
pub(crate) fn words_of_an_item(text: &str) -> String {
    let text = shown(text, PROSE);
    let mut words = Vec::new();
    for word in text.split(' ') {
        let bare =
            word.trim_matches(|sign: char| !sign.is_alphanumeric() && sign != ':' && sign != '[');
        let bare = bare.trim_end_matches(':');
        let is_address = bare.parse::<IpAddr>().is_ok() || bare.parse::<SocketAddr>().is_ok();
        if bare.is_empty() || !(is_address || bare.contains("://")) {
            words.push(word.to_owned());
        } else {
            words.push(word.replace(bare, &Defanged(bare).to_string()));
        }
    }
    words.join(" ")
}

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
    fn addresses_and_links_in_words_are_defanged() {
        for (text, expected) in [
            ("relays to 176.31.112.10.", "relays to 176[.]31[.]112[.]10."),
            ("(from 10.0.0.1, 10.0.0.2:8080)", "(from 10[.]0[.]0[.]1, 10[.]0[.]0[.]2:8080)"),
            ("see http://a.example/x.", "see hxxp://a[.]example/x."),
            ("host 2001:db8::1: dead", "host 2001[:]db8[:][:]1: dead"),
            ("version 1.2.3, 4 p.m., 12:30", "version 1.2.3, 4 p.m., 12:30"),
            ("1[.]2[.]3[.]4", "1[.]2[.]3[.]4"),
        ] {
            assert_eq!(words_of_an_item(text), expected);
        }
    }

    #[test]
    fn signs_at_the_end_of_a_heading_stay() {
        assert_eq!(markdown_heading(1, "written in C #"), r"# written in C \#");
        assert_eq!(markdown_heading(2, "a ##"), r"## a #\#");
        assert_eq!(markdown_heading(2, "#"), r"## \#");
    }
}
