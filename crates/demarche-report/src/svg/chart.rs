//! Three kinds of chart, of which every figure with a scale is made: [`bars`] in rows, a [`matrix`] of cells, and a [`plot`].

pub(crate) mod bars;
pub(crate) mod matrix;
pub(crate) mod plot;
