use demarche_stix::{Timestamp, TlpVersion};

/// The choices of a sender for a bundle.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The time of the first export to this addressee, which stays the same in later ones.
    pub created: Timestamp,
    /// The time of this export, not before [`Settings::created`].
    pub modified: Timestamp,
    /// The version of the Traffic Light Protocol; the older one for partners that refuse TLP 2.0.
    pub tlp: TlpVersion,
    /// A secret of the sender that goes into every identifier.
    ///
    /// Without it, whoever guesses the ids of a case can recompute identifiers and so confirm the guess.
    /// It must stay the same from export to export.
    pub secret: String,
    /// True if the whole case says that the addressee is responsible, or shelters those who are.
    ///
    /// Where the addressee may not know the parties, only the caller can tell.
    pub is_accused: bool,
}

impl Settings {
    /// The settings of a first export at a time, marked by TLP 2.0.
    #[must_use]
    pub fn first(time: Timestamp) -> Self {
        Self {
            created: time.clone(),
            modified: time,
            tlp: TlpVersion::Two,
            secret: String::new(),
            is_accused: false,
        }
    }
}
