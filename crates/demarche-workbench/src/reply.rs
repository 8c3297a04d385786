//! An answer before it is HTTP.

use hyper::StatusCode;
use maud::Markup;

/// An answer to a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A page.
    Page {
        /// The status.
        status: StatusCode,
        /// The page, whole.
        html: String,
    },
    /// The browser is to go to another path of the workbench.
    Go(String),
    /// A file.
    File {
        /// Its media type.
        kind: &'static str,
        /// The name under which it is to be kept; shown in the browser where there is none.
        name: Option<String>,
        /// Its bytes.
        bytes: Vec<u8>,
        /// True if it is the same as long as the program runs.
        is_fixed: bool,
    },
}

impl Reply {
    pub(crate) fn page(html: &Markup) -> Self {
        Self::Page { status: StatusCode::OK, html: html.0.clone() }
    }

    pub(crate) fn with_status(html: &Markup, status: StatusCode) -> Self {
        Self::Page { status, html: html.0.clone() }
    }

    pub(crate) fn go(path: impl Into<String>) -> Self {
        Self::Go(path.into())
    }

    /// The page as text; empty for a file.
    #[must_use]
    pub fn html(&self) -> &str {
        match self {
            Self::Page { html, .. } => html,
            Self::Go(_) | Self::File { .. } => "",
        }
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Page { status, .. } => *status,
            Self::Go(_) => StatusCode::SEE_OTHER,
            Self::File { .. } => StatusCode::OK,
        }
    }
}
