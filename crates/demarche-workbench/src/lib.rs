//! The case in a browser: what the report says, page by page, questions of the kind "what if", and changes of the case.
//!
//! [`Workbench`] answers [`Ask`]s with [`Reply`]s and knows no socket; [`serve`] puts it behind one.
//! Every page is HTML that works without a script, and shows the same sections as the report.
//! Every change goes to the plain files of the case folder and into its log, where the command line and git see it.
//!
//! Whoever has the address of the start, with its token, may do everything, or else every user of a list who logs in.
//! Nobody else may do anything: see [`guard`](mod@guard).

#![warn(clippy::indexing_slicing)]

mod ask;
mod case_desk;
mod desk;
mod edit;
pub mod guard;
mod job;
mod pages;
mod reply;
mod route;
mod server;
mod tools;

pub use ask::{Ask, Asker, Form, Method, Sent};
pub use desk::{Workbench, WorkbenchError};
pub use reply::Reply;
pub use server::{ServeError, serve};
pub use tools::Settings;
