//! What two parties have in common, as plain data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `share compare read` found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompareAnswer {
    /// The number of common indicators.
    pub common: u64,
    /// The common indicators in canonical order; `None` where the number alone was asked for.
    pub items: Option<Vec<CommonIndicator>>,
}

/// An indicator that both parties have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommonIndicator {
    /// Its kind, as [`IndicatorKind::name`](crate::IndicatorKind::name) tells it.
    pub kind: String,
    /// Its canonical text.
    pub text: String,
}
