/// The path of a file in an archive: control characters become marks, and what is longer than 1,024 characters is cut.
pub(crate) fn path(outer: &str, name: &str) -> String {
    const LONGEST: usize = 1024;
    let sign =
        |letter: char| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter };
    let name: String = name.chars().take(LONGEST).map(sign).collect();
    format!("{outer}/{name}")
}
