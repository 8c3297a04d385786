/// The text that bytes stand for.
#[must_use]
pub fn text_of_bytes(bytes: &[u8], charset: Option<&str>) -> String {
    let _ = charset;
    String::from_utf8_lossy(bytes).into_owned()
}
