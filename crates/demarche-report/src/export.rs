//! For other programs: the judgement as layers for the ATT&CK Navigator, and tables as CSV.

mod code;
mod csv;
mod navigator;
mod response;

pub use code::{code_comparison_csv, code_functions_csv, code_ties_csv};
pub use csv::{matrix_csv, ranking_csv};
pub use navigator::navigator_layers;
pub use response::response_csv;
