//! The assessment as a page, as notes and as JSON, and its drawings.
//!
//! Every view shows the same [`demarche_case::assessment`] and computes nothing but sums and orders of what is in it.
//! Everything in it may have been written by the other side, so nothing of it becomes markup, script or a link.

mod addressee;
mod answer;
mod attribution;
mod code;
mod date;
mod document;
mod evaluation;
mod export;
mod item;
mod json;
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
mod writers;

pub use addressee::{Addressee, Reason, addressees};
pub use answer::answer;
pub use attribution::{attribution_answer, name as hypothesis_name};
pub use code::{code_answer, code_comparison_answer, code_families_answer};
pub use document::{Block, Cell, Column, Section, words};
pub use evaluation::{evaluation_html, evaluation_markdown};
pub use export::{
    code_comparison_csv, code_functions_csv, code_ties_csv, matrix_csv, navigator_layers,
    ranking_csv, response_csv,
};
pub use json::to_json;
pub use note::{Note, note};
pub use page::{
    code_comparison_html, code_families_html, code_html, precedents_html, response_page, to_html,
};
pub use precedents::precedents_answer;
pub use response::response_answer;
pub use svg::{
    marked, svg_of_acceptability, svg_of_central_weights, svg_of_code_families,
    svg_of_code_functions, svg_of_code_ties, svg_of_cuts, svg_of_dependency, svg_of_forgery,
    svg_of_injury, svg_of_located, svg_of_map, svg_of_matrix, svg_of_power, svg_of_precedents,
    svg_of_ranking, svg_of_reliability, svg_of_response_map, svg_of_sensitivity, svg_of_trade_off,
};
pub use words::routes::{caveat_text, change_text, cut_off_text, location_note_text, no_cut_text};
pub use words::subject;
pub use writers::terminal;
