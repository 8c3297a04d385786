/// The text of a page.
#[must_use]
pub fn text_of_html(html: &str) -> String {
    html.to_owned()
}
