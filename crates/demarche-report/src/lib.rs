//! The assessment as a page, as notes and as JSON, and its drawings.
//!
//! Every view shows the same [`demarche_case::assessment`] and computes nothing but sums and orders of what is in it.
//! Everything in it may have been written by the other side, so nothing of it becomes markup, script or a link.

mod addressee;
mod answer;
mod attribution;
mod brief;
mod code;
mod date;
mod document;
mod evaluation;
mod exposure;
mod export {
    //! For other programs: the judgement as layers for the ATT&CK Navigator, and tables as CSV.

    pub(crate) mod code;
    pub(crate) mod csv;
    pub(crate) mod navigator;
    pub(crate) mod response;
}
mod item;
mod note;
mod number;
mod page;
mod palette;
mod precedents;
mod response;
mod svg;
mod text;
pub mod view;
mod words;
mod writers {
    //! The writers of documents: a page, Markdown, DOCX, and lines of a terminal.

    mod docx;
    mod docx_parts;
    mod dress;
    mod frame;
    mod html;
    mod markdown;
    mod terminal;

    pub(crate) use docx::{Frame, to_docx};
    pub use dress::{Dress, DressError};
    pub(crate) use frame::{Page, STYLE, shell};
    pub(crate) use html::{fragment, marked_up, table, to_html};
    pub(crate) use markdown::to_markdown;
    pub use terminal::{terminal, terminal_in_colour, terminal_of_width};
}

pub use addressee::{Addressee, Reason, addressees, is_written};
pub use answer::answer;
pub use attribution::{attribution_answer, name as hypothesis_name};
pub use brief::{Told, brief};
pub use code::code_answer;
pub use code::comparison::code_comparison_answer;
pub use code::families::code_families_answer;
pub use document::{Block, Cell, Column, Room, Section, Weight, words};
pub use evaluation::{evaluation_html, evaluation_markdown};
pub use export::code::{code_comparison_csv, code_functions_csv, code_ties_csv};
pub use export::csv::{matrix_csv, ranking_csv, table_csv};
pub use export::navigator::{incident_layer, navigator_layers};
pub use export::response::response_csv;
pub use exposure::exposure_answer;
pub use note::{NoNote, Note, note, note_dressed};
pub use page::chapter::{Chapter, chapter, marking_band, page_style, section_html};
pub use page::{
    ReportParts, code_comparison_html, code_families_html, code_html, exposure_html,
    precedents_html, response_page, to_html, to_html_of, watch_html,
};
pub use precedents::precedents_answer;
pub use response::response_answer;
pub use svg::{
    marked, svg_of_acceptability, svg_of_central_weights, svg_of_code_families,
    svg_of_code_functions, svg_of_code_ties, svg_of_cuts, svg_of_dependency,
    svg_of_exposure_mailboxes, svg_of_exposure_months, svg_of_exposure_network, svg_of_forgery,
    svg_of_injury, svg_of_located, svg_of_map, svg_of_map_linked, svg_of_matrix, svg_of_power,
    svg_of_precedents, svg_of_ranking, svg_of_reliability, svg_of_response_map, svg_of_sensitivity,
    svg_of_trade_off, svg_of_watch,
};
pub use view::{
    exposure_people, exposure_scan, routes_watch, watch_alarm_text, watch_caveat_text, watch_says,
};
pub use words::routes::{caveat_text, change_text, cut_off_text, location_note_text, no_cut_text};
pub use words::{in_text as state_in_text, subject};
pub use writers::{Dress, DressError, terminal, terminal_in_colour, terminal_of_width};

use demarche_case::assessment::Assessment;

/// The whole assessment as JSON, indented, ending in a line feed; the same assessment gives the same bytes.
///
/// # Errors
///
/// Only what the serialiser itself may say; no value of an assessment is known to have no JSON.
pub fn to_json(assessment: &Assessment) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(assessment)?;
    text.push('\n');
    Ok(text)
}
