//! The width of a line of text without knowing the reader's font: rather too wide than too narrow.

/// The width of a line, as in a wide sans serif.
pub(crate) fn width_of(text: &str, size: f64) -> f64 {
    text.chars().map(width_of_sign).sum::<f64>() * size
}

/// In parts of the font size.
fn width_of_sign(sign: char) -> f64 {
    match sign {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '!' | '\'' | '|' | '(' | ')' | '[' | ']' => 0.36,
        'f' | 'r' | 't' | 'I' | '-' | ' ' | '\u{a0}' | '/' => 0.4,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 0.96,
        'A'..='Z' => 0.73,
        ' '..='~' => 0.6,
        '\u{300}'..='\u{36f}' => 0.0,
        // East Asian signs and pictures are as wide as they are high.
        '\u{1100}'..='\u{11ff}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{ffff}'
        | '\u{10000}'.. => 1.1,
        _ => 0.75,
    }
}

/// The line, or as much of it as fits, ending in an ellipsis.
pub(crate) fn fitted(text: &str, size: f64, width: f64) -> String {
    if width_of(text, size) <= width {
        return text.to_owned();
    }
    let mut left = width - width_of("…", size);
    let kept: String = text
        .chars()
        .take_while(|sign| {
            left -= width_of_sign(*sign) * size;
            left >= 0.0
        })
        .collect();
    format!("{}…", kept.trim_end())
}

/// The words in lines of at most `width`, at most `most` lines, the last cut if need be.
pub(crate) fn wrapped(text: &str, size: f64, width: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let full = lines.len() >= most;
        let Some(line) = lines.last_mut() else { break };
        let fits = width_of(line, size) + width_of(word, size) + 0.4 * size <= width;
        if line.is_empty() {
            word.clone_into(line);
        } else if fits || full {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.iter().map(|line| fitted(line, size, width)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_and_what_does_not_is_cut() {
        assert_eq!(fitted("China Unicom", 11.0, 200.0), "China Unicom");
        let cut = fitted(&"W".repeat(500), 11.0, 100.0);
        assert!(cut.ends_with('…') && width_of(&cut, 11.0) <= 100.0);
    }

    #[test]
    fn words_are_wrapped_and_never_more_lines_than_asked() {
        assert_eq!(wrapped("one two three", 10.0, 50.0, 3), ["one two", "three"]);
        assert_eq!(wrapped(&"word ".repeat(100), 10.0, 80.0, 2).len(), 2);
        assert_eq!(wrapped("", 10.0, 80.0, 2), [""]);
    }
}
