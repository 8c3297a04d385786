//! Drawings as self-contained SVG: no font, script, style sheet or picture from outside.
//!
//! Each drawing stands alone as a file and can be put into a page as it is.
//! Colours follow the reader's light or dark screen; on paper they are always the light ones.

mod central_weights;
mod chart {
    //! Three kinds of chart, of which every figure with a scale is made: [`bars`] in rows, a [`matrix`] of cells, and a [`plot`].

    pub(crate) mod bars;
    pub(crate) mod matrix;
    pub(crate) mod plot;
}
mod circle;
mod code;
mod cuts;
mod dependency;
mod exposure;
mod families;
mod figure;
mod forgery;
mod layered;
mod located;
mod map;
mod matrix;
mod measure;
mod network;
mod power;
mod precedents;
mod ranking;
mod reliability;
mod response;
mod sensitivity;
mod trade_off;
mod watch;

use demarche_case::Tlp;

pub use central_weights::svg_of_central_weights;
pub(crate) use code::{code_functions_chart, code_ties_chart};
pub use code::{svg_of_code_functions, svg_of_code_ties};
pub use cuts::svg_of_cuts;
pub(crate) use dependency::dependency_chart;
pub(crate) use dependency::group_name;
pub use dependency::svg_of_dependency;
pub(crate) use exposure::{exposure_mailboxes_chart, exposure_months_chart};
pub use exposure::{svg_of_exposure_mailboxes, svg_of_exposure_months};
pub use families::svg_of_code_families;
pub(crate) use families::{families_are_cut, families_are_wide};
pub(crate) use forgery::forgery_chart;
pub use forgery::svg_of_forgery;
pub(crate) use located::located_chart;
pub use located::svg_of_located;
pub(crate) use map::{map_chart, map_is_wide};
pub use map::{svg_of_map, svg_of_map_linked, svg_of_response_map};
pub use matrix::svg_of_matrix;
pub(crate) use network::exposure_network_chart;
pub use network::svg_of_exposure_network;
pub(crate) use power::power_chart;
pub use power::svg_of_power;
pub(crate) use precedents::precedents_chart;
pub use precedents::svg_of_precedents;
pub(crate) use ranking::ranking_in_short;
pub use ranking::svg_of_ranking;
pub(crate) use reliability::reliability_chart;
pub use reliability::svg_of_reliability;
pub use response::{svg_of_acceptability, svg_of_injury};
pub use sensitivity::svg_of_sensitivity;
pub use trade_off::svg_of_trade_off;
pub use watch::svg_of_watch;
pub(crate) use watch::watch_chart;

use figure::{px, strong};

/// The height in pixels of the line that [`marked`] adds.
const MARK_LINE: f64 = 24.0;

/// Returns a drawing of this crate with its marking, for a file of its own: as a line below, and in its description.
///
/// A text that is no drawing of this crate is returned as it is.
///
/// ```
/// # use demarche_case::Tlp;
/// # use demarche_report::{marked, svg_of_located};
/// let drawing = marked(svg_of_located(&[]), Tlp::Amber);
/// assert_eq!(drawing.matches("TLP:AMBER").count(), 2);
/// ```
#[must_use]
pub fn marked(svg: String, marking: Tlp) -> String {
    with_mark(&svg, marking).unwrap_or(svg)
}

fn with_mark(svg: &str, marking: Tlp) -> Option<String> {
    let (head, rest) = svg.split_once('>')?;
    let (desc, rest) = rest.split_once("<desc")?;
    let (desc_tag, rest) = rest.split_once('>')?;
    let body = rest.strip_suffix("</svg>")?;
    let (_, height) = head.split_once(" height=\"")?;
    let (height, _) = height.split_once('"')?;
    let (_, view) = head.split_once("viewBox=\"0 0 ")?;
    let (view, _) = view.split_once('"')?;
    let (width, _) = view.split_once(' ')?;
    let taller = px(height.parse::<f64>().ok()? + MARK_LINE);
    let head = head
        .replacen(&format!(" height=\"{height}\""), &format!(" height=\"{taller}\""), 1)
        .replacen(&format!("0 0 {width} {height}"), &format!("0 0 {width} {taller}"), 1);
    let position = (8.0, height.parse::<f64>().ok()? + 16.0);
    let line = strong(position, 12.0, "ink", "start", &marking.to_string()).into_string();
    let mark = format!(
        "<rect class=\"paper\" y=\"{height}\" width=\"{width}\" height=\"{}\"/>{line}",
        px(MARK_LINE)
    );
    Some(format!("{head}>{desc}<desc{desc_tag}>{marking}. {body}{mark}</svg>"))
}
