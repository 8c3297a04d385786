//! Indicators of compromise, compared.
