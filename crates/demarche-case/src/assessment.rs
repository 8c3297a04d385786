//! The assessment: what the engines found, as plain data in the user's terms.
//!
//! Every view (page, note, JSON) shows this one value; it leaves out how the findings came about.
//! Scores and shares are fractions from 0 to 1, never percentages; a view multiplies.

pub mod routes;
