//! The frame of a drawing and its smallest parts: lines of text, swatches of countries, and their legend.

use std::collections::BTreeSet;

use demarche_case::Country;
use demarche_case::assessment::routes::Network;
use maud::{Markup, PreEscaped, html};

use super::measure::{fitted, width_of};
use crate::palette::{Look, Palette};
use crate::text::{NAME, shown};

/// The style of every drawing; the same in each, so that several on one page agree.
const STYLE: &str = "\
svg.dm{color-scheme:light dark;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-variant-numeric:tabular-nums}\
svg.dm .ink{fill:#1a2230}svg.dm .mute{fill:#5a6573}svg.dm .paper{fill:#fff}svg.dm .wash{fill:#eef1f4}\
svg.dm .card{fill:#fff;stroke:#b4bdc8}svg.dm .ring{fill:none;stroke:#1a2230}svg.dm .rule{stroke:#d5dae1}\
svg.dm .link{fill:none;stroke:#8794a5}svg.dm .hollow{fill:none;stroke:#fff}svg.dm .doubt{fill:none;stroke:#b3541e}\
svg.dm .warn{fill:#a04815}svg.dm .bar{fill:#3b6ea8}svg.dm .bar2{fill:#a9c3de}svg.dm .tick{stroke:#1a2230;fill:none}\
svg.dm .edge{fill:none;stroke:#3b6ea8}svg.dm .hatch{stroke:#3b6ea8}svg.dm .pill{fill:#1a2230}svg.dm .onpill{fill:#fff}\
@media screen and (prefers-color-scheme:dark){\
svg.dm .ink{fill:#e8ecf1}svg.dm .mute{fill:#a3adba}svg.dm .paper{fill:#151a21}svg.dm .wash{fill:#222a34}\
svg.dm .card{fill:#1d242d;stroke:#4a5665}svg.dm .ring{stroke:#f2f5f8}svg.dm .rule{stroke:#333d49}\
svg.dm .link{stroke:#77869a}svg.dm .hollow{stroke:#151a21}svg.dm .doubt{stroke:#e39a63}\
svg.dm .warn{fill:#eba775}svg.dm .bar{fill:#6ea3df}svg.dm .bar2{fill:#34506f}svg.dm .tick{stroke:#f2f5f8}\
svg.dm .edge{stroke:#6ea3df}svg.dm .hatch{stroke:#6ea3df}svg.dm .pill{fill:#e8ecf1}svg.dm .onpill{fill:#151a21}}";

/// One drawing, ready but for its frame.
pub(crate) struct Figure<'a> {
    /// Keeps the names of its patterns apart from those of other drawings on a page.
    pub(crate) id: &'a str,
    /// The title, for people who do not see the drawing.
    pub(crate) title: String,
    /// The content in a sentence or two.
    pub(crate) desc: String,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) looks: BTreeSet<Look>,
    pub(crate) body: Markup,
}

impl Figure<'_> {
    /// The drawing as SVG.
    pub(crate) fn into_svg(self) -> String {
        let (title_id, desc_id) = (format!("{}-title", self.id), format!("{}-desc", self.id));
        let (width, height) = (px(self.width.ceil()), px(self.height.ceil()));
        html! {
            svg class="dm" xmlns="http://www.w3.org/2000/svg" width=(width) height=(height)
                viewBox={ "0 0 " (width) " " (height) } role="img"
                aria-labelledby={ (title_id) " " (desc_id) } {
                title id=(title_id) { (self.title) }
                desc id=(desc_id) { (self.desc) }
                style { (PreEscaped(STYLE)) }
                defs {
                    @for look in &self.looks { (pattern(self.id, *look)) }
                    pattern id={ (self.id) "-hatch" } width="5" height="5" patternUnits="userSpaceOnUse"
                        patternTransform="rotate(45)" {
                        rect class="paper" width="5" height="5" {}
                        path class="hatch" d="M1 0V5" stroke-width="2" {}
                    }
                }
                (self.body)
            }
        }
        .into_string()
    }
}

fn pattern(id: &str, look: Look) -> Markup {
    let (colour, strokes) = look.paint();
    html! {
        pattern id={ (id) "-" (look.name()) } width="8" height="8" patternUnits="userSpaceOnUse" {
            rect width="8" height="8" fill=(colour) {}
            @if !strokes.is_empty() {
                path d=(strokes) fill="none" stroke="#fff" stroke-opacity="0.8" stroke-width="1.4"
                    stroke-linecap="round" {}
            }
        }
    }
}

/// A coordinate with one decimal at most; what is not a number is 0.
pub(crate) fn px(value: f64) -> String {
    let value = if value.is_finite() { value } else { 0.0 };
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A swatch in the country's look, with its code on it.
pub(crate) fn swatch(
    id: &str,
    palette: &Palette,
    country: Option<Country>,
    address: (f64, f64),
) -> Markup {
    let fill = format!("url(#{id}-{})", palette.look(country).name());
    let code = country.map_or_else(|| "?".to_owned(), |country| country.to_string());
    let title = match &country {
        None => "country not known",
        Some(country) if country.is_in_use() => country.label(),
        Some(_) => "no country of ISO 3166",
    };
    html! {
        g {
            title { (title) }
            rect x=(px(address.0)) y=(px(address.1)) width="34" height="18" rx="3" fill=(fill) {}
            rect x=(px(address.0 + 6.0)) y=(px(address.1 + 3.0)) width="22" height="12" rx="2" fill="#fff" fill-opacity="0.94" {}
            text x=(px(address.0 + 17.0)) y=(px(address.1 + 12.6)) font-size="10" font-weight="700" text-anchor="middle" fill="#1a2230" { (code) }
        }
    }
}

/// One line of text.
pub(crate) fn label(at: (f64, f64), size: f64, class: &str, anchor: &str, text: &str) -> Markup {
    html! {
        text class=(class) x=(px(at.0)) y=(px(at.1)) font-size=(px(size)) text-anchor=(anchor) { (text) }
    }
}

/// The width of bold text as a multiple of plain text.
pub(crate) const BOLD: f64 = 1.14;

/// The same in bold.
pub(crate) fn strong(at: (f64, f64), size: f64, class: &str, anchor: &str, text: &str) -> Markup {
    html! {
        text class=(class) x=(px(at.0)) y=(px(at.1)) font-size=(px(size)) font-weight="650" text-anchor=(anchor) { (text) }
    }
}

/// The operator's name fit for a drawing; empty where none is known.
pub(crate) fn operator(network: &Network) -> String {
    network.name.as_deref().map_or_else(String::new, |name| shown(name, NAME))
}

/// The countries of a legend: swatch and name, flowing over as many lines as they need.
pub(crate) fn legend(
    id: &str,
    palette: &Palette,
    countries: &BTreeSet<Option<Country>>,
    address: (f64, f64),
    width: f64,
) -> (Markup, f64) {
    let mut order: Vec<Option<Country>> = countries.iter().copied().collect();
    order.sort_by_key(|country| (palette.look(*country), *country));
    let (mut x, mut y) = address;
    let mut entries = Vec::new();
    for country in order {
        let name =
            country.map_or_else(|| "not known".to_owned(), |country| country.label().to_owned());
        let name =
            if palette.look(country) == Look::Other { format!("{name} (other)") } else { name };
        let wide = 34.0 + 8.0 + width_of(&name, 12.0) + 22.0;
        if x > address.0 && x + wide > address.0 + width {
            x = address.0;
            y += 26.0;
        }
        entries.push((country, name, x, y));
        x += wide;
    }
    let markup = html! {
        @for (country, name, x, y) in &entries {
            (swatch(id, palette, *country, (*x, *y)))
            (label((*x + 42.0, *y + 13.5), 12.0, "ink", "start", name))
        }
    };
    (markup, if entries.is_empty() { address.1 } else { y + 26.0 })
}

/// The looks of some countries, for the patterns of a drawing.
pub(crate) fn looks(palette: &Palette, countries: &BTreeSet<Option<Country>>) -> BTreeSet<Look> {
    countries.iter().map(|country| palette.look(*country)).collect()
}

/// A text cut so that it fits a width, with the whole as a tool tip when it was cut.
pub(crate) fn fitted_label(
    address: (f64, f64),
    size: f64,
    class: &str,
    text: &str,
    width: f64,
) -> Markup {
    let short = fitted(text, size, width);
    html! {
        text class=(class) x=(px(address.0)) y=(px(address.1)) font-size=(px(size)) {
            (short)
            @if short != text { title { (text) } }
        }
    }
}
