//! Routes to a target minute by minute: who sees it, who carries it, and when that changes.
//!
//! A [`Watch`] starts from routing tables, and is fed the updates of their collectors by [`Feed`]s.
//! It works in event time: a minute is closed when all sources have gone beyond it, and gives one line.
//! What comes from RIS Live ([`ris_live`]) or from a router by the BGP Monitoring Protocol ([`bmp`]) is turned into MRT records first, so that one decoder reads all and what was received can be kept and replayed.
//!
//! Everything it says is of routes that are *announced*, which does not mean that traffic flows.
//!
//! No clock, no network and no file: these are the caller's.

pub mod bmp;
mod checkpoint;
mod engine;
mod feed;
mod held;
mod live;
mod record;
mod replay;
pub mod ris_live;
mod sensors;
mod series;
mod space;
mod start;
mod window;

pub use checkpoint::CheckpointError;
pub use engine::{Options, SourceId, Watch};
pub use feed::{Batch, Event, Feed, Happening, Tally};
pub use live::Live;
pub use record::{MAX_MESSAGE, Recorder, Stamp};
pub use replay::{Replayed, replay};
pub use space::{Fence, Key, Subject};
pub use start::StartError;
