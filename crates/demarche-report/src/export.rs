//! The judgement for other programs: layers for the ATT&CK Navigator, and tables as CSV.

mod csv;
mod navigator;

pub use csv::{matrix_csv, ranking_csv};
pub use navigator::navigator_layers;
