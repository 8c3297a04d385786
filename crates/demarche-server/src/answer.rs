//! What a pull and a push did, as plain data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What `share pull` wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PullAnswer {
    /// The file of the bundle.
    pub file: String,
    /// The number of objects in it.
    pub objects: u64,
    /// The time at which the last of them was added to the collection; the next pull goes on from it.
    pub last_added: Option<String>,
    /// False if the server said that there is more, and sent none of it.
    pub is_complete: bool,
}

/// What `share push` sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PushAnswer {
    /// The number of objects that the server has stored, or had before.
    pub acknowledged: u64,
    /// The objects that stayed because of their marking.
    pub withheld: Vec<PushedObject>,
    /// The objects that the server did not take, and those of which it did not say.
    pub refused: Vec<PushedObject>,
    /// The reason why the push ended before its time.
    pub cut_off: Option<String>,
}

/// An object that is not in the collection, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PushedObject {
    /// Its id.
    pub id: String,
    /// Its version: `modified`, or else `created`.
    pub version: Option<String>,
    /// The reason.
    pub why: String,
}
