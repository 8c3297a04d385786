//! The dress of pages that leave: the sender's logo, and a template of the sender's own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::html;
use minijinja::value::Value;
use minijinja::{Environment, context};

/// The largest logo, in bytes; it stands in every page.
const LOGO: usize = 512 * 1024;

/// The steps that a template may take.
const FUEL: u64 = 1_000_000;

/// The parts that every template must show: a page without its marking or its security policy must not leave.
const NEEDED: [&str; 3] = ["head", "banner", "body"];

/// A logo or template that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DressError {
    /// The logo is of no kind that every browser shows.
    #[error("the logo is no PNG, JPEG or SVG file")]
    LogoKind,
    /// The logo is too large.
    #[error("the logo has {0} bytes; at most {LOGO} stand in every page")]
    LogoSize(usize),
    /// The template has a mistake.
    #[error("the template cannot be filled: {0}")]
    Template(String),
    /// The template leaves out a part that no page may be without.
    #[error("the template leaves out `{{{{ {0} }}}}`, without which no page may leave")]
    Missing(&'static str),
}

/// A logo and a template, each where the sender has one.
#[derive(Debug, Default)]
pub struct Dress {
    logo: Option<String>,
    template: Option<Template>,
}

impl Dress {
    /// Reads a logo (PNG, JPEG or SVG) and a template in the language of Jinja.
    ///
    /// A template has `title`, `marking`, `class`, `head`, `banner`, `logo` and `body`, and must show head, banner and body.
    ///
    /// # Errors
    ///
    /// The logo is too large or of another kind, or the template has a mistake or leaves out what no page may be without.
    pub fn new(logo: Option<&[u8]>, template: Option<&str>) -> Result<Self, DressError> {
        let logo = logo.map(data_link).transpose()?;
        let template = template.map(Template::new).transpose()?;
        Ok(Self { logo, template })
    }

    /// The logo as a part of a page; empty without one.
    pub(crate) fn logo(&self) -> String {
        let logo = self.logo.as_ref().map(|link| html! { img class="logo" alt="" src=(link); });
        logo.map_or_else(String::new, |logo| logo.into_string())
    }

    pub(crate) fn template(&self) -> Option<&Template> {
        self.template.as_ref()
    }
}

/// The logo as a link that holds it: an image loaded so can run no script.
fn data_link(bytes: &[u8]) -> Result<String, DressError> {
    if bytes.len() > LOGO {
        return Err(DressError::LogoSize(bytes.len()));
    }
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    let kind = match head {
        [0x89, b'P', b'N', b'G', ..] => "png",
        [0xff, 0xd8, 0xff, ..] => "jpeg",
        _ if String::from_utf8_lossy(head).contains("<svg") => "svg+xml",
        _ => return Err(DressError::LogoKind),
    };
    Ok(format!("data:image/{kind};base64,{}", STANDARD.encode(bytes)))
}

/// The parts of a page that a template puts in order. All but title, marking and class are markup already.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) title: &'a str,
    pub(crate) marking: &'a str,
    pub(crate) class: &'a str,
    pub(crate) head: &'a str,
    pub(crate) banner: &'a str,
    pub(crate) logo: &'a str,
    pub(crate) body: &'a str,
}

/// A template that has every part that a page needs.
#[derive(Debug)]
pub(crate) struct Template {
    source: String,
}

impl Template {
    fn new(source: &str) -> Result<Self, DressError> {
        let template = Self { source: source.to_owned() };
        // Each part is a word that occurs nowhere else, so that it can be seen whether the template shows it.
        let signs = NEEDED.map(|part| format!("<i>{part}-0f9c</i>"));
        let [head, banner, body] = &signs;
        let trial = Parts { title: "", marking: "", class: "", head, banner, logo: "", body };
        let filled = template.filled(&trial)?;
        let missing = NEEDED.iter().zip(&signs).find(|(_, sign)| !filled.contains(*sign));
        missing.map_or(Ok(template), |(part, _)| Err(DressError::Missing(part)))
    }

    /// The page that the template makes of its parts.
    pub(crate) fn filled(&self, parts: &Parts<'_>) -> Result<String, DressError> {
        let mut environment = Environment::new();
        environment.set_fuel(Some(FUEL));
        let fail = |error: minijinja::Error| DressError::Template(error.to_string());
        // The name decides that text is escaped as in HTML.
        environment.add_template("page.html", &self.source).map_err(fail)?;
        let markup = |text: &str| Value::from_safe_string(text.to_owned());
        let values = context! {
            title => parts.title,
            marking => parts.marking,
            class => parts.class,
            head => markup(parts.head),
            banner => markup(parts.banner),
            logo => markup(parts.logo),
            body => markup(parts.body),
        };
        let template = environment.get_template("page.html").map_err(fail)?;
        template.render(values).map_err(fail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(made: Result<Dress, DressError>) -> String {
        made.map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn a_template_without_the_marking_is_refused() {
        let without = Dress::new(None, Some("<html><head>{{ head }}</head>{{ body }}</html>"));
        assert!(message(without).contains("`{{ banner }}`"));
        let broken = Dress::new(None, Some("{{ body "));
        assert!(message(broken).starts_with("the template cannot be filled"));
        let endless =
            "{% for a in range(9999) %}{% for b in range(9999) %}.{% endfor %}{% endfor %}";
        assert!(message(Dress::new(None, Some(endless))).contains("fuel"));
    }

    #[test]
    fn a_logo_is_an_image_that_every_browser_shows() {
        assert!(message(Dress::new(Some(b"%PDF-1.4"), None)).contains("no PNG"));
        assert!(message(Dress::new(Some(&vec![0x89; LOGO + 1]), None)).contains("bytes"));
        let dress = Dress::new(Some(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), None).unwrap();
        assert!(dress.logo().contains("data:image/svg+xml;base64,PHN2Zy"));
    }
}
