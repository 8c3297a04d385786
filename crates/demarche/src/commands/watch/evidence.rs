//! A watch as items of evidence, in the form of a case's `evidence.toml`.

use demarche_case::assessment::watch::WatchFindings;
use demarche_case::{Moment, Sha256, Tlp};
use demarche_report::watch_says;

/// An item about a file of the folder.
pub(crate) struct Item {
    id: String,
    table: &'static str,
    title: String,
    origin: String,
    says: String,
    source: String,
    observed: Option<Moment>,
    /// The file, by its path in the folder.
    pub(crate) file: String,
}

/// The item of the record, and one for what was received of each collector.
pub(crate) fn items<'a>(
    findings: &WatchFindings,
    record: &str,
    received: &str,
    collectors: impl Iterator<Item = &'a str>,
) -> Vec<Item> {
    let question = &findings.question;
    let observed = findings.minutes.first().map(|minute| minute.minute);
    let record = Item {
        id: "watch".to_owned(),
        table: "watch",
        title: format!("Watch over the announced routes of {question}"),
        origin: "demarche routes watch".to_owned(),
        says: watch_says(findings),
        source: "own observation with demarche routes watch".to_owned(),
        observed,
        file: record.to_owned(),
    };
    let item = |(position, collector): (usize, &str)| Item {
        id: format!("watch-updates-{}", position + 1),
        table: "updates",
        title: format!("BGP updates of {collector} during a watch over {question}"),
        origin: collector.to_owned(),
        says: format!("The announcements and withdrawals that {collector} sent."),
        source: format!("{collector}, received by demarche routes watch"),
        observed,
        file: format!("{received}/{collector}.updates.mrt"),
    };
    std::iter::once(record).chain(collectors.enumerate().map(item)).collect()
}

impl Item {
    /// The item as `evidence.toml` has it, in a case that has the files in a folder.
    pub(crate) fn toml(&self, sha256: &Sha256, folder: &str, marking: Tlp) -> String {
        let mut table = toml_edit::Table::new();
        for (key, text) in [
            ("id", self.id.as_str()),
            ("kind", "route-data"),
            ("table", self.table),
            ("title", &self.title),
            ("origin", &self.origin),
            ("file", &format!("{folder}/{}", self.file)),
            ("file_sha256", &sha256.to_string()),
            ("says", &self.says),
            ("source", &self.source),
            ("grade", "B2"),
            ("tlp", marking.word()),
        ] {
            table.insert(key, toml_edit::value(text));
        }
        let day = self.observed.map(|observed| observed.date().to_string());
        if let Some(Ok(day)) = day.map(|day| day.parse::<toml_edit::Datetime>()) {
            table.insert("observed", toml_edit::value(day));
        }
        format!("[[evidence]]\n{table}\n")
    }
}
