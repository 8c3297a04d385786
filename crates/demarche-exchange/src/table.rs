//! The indicators of the evidence as a table: a row for each address, host, URL, hash and trace that a machine can find.

use demarche_case::{Body, Evidence, Released};
use demarche_report::table_csv;

use crate::trace::Trace;
use crate::{Export, ExportError, Format, Unexpressed};

const HEAD: [&str; 8] =
    ["evidence", "type", "value", "comment", "tlp", "grade", "first_seen", "source"];

/// Writes the indicators of the released evidence as CSV (RFC 4180).
pub(crate) fn table(released: &Released) -> Result<Export, ExportError> {
    let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
    let mut unexpressed = Vec::new();
    for item in &released.case.evidence {
        let values = values(item);
        if values.is_empty() {
            let reason = "it names nothing that a machine could find".to_owned();
            unexpressed.push(Unexpressed { part: format!("evidence {}", item.id), reason });
        }
        rows.extend(values.into_iter().map(|(kind, value)| row(item, kind, value)));
    }
    let objects = rows.len() - 1;
    if objects == 0 {
        return Err(ExportError::Nothing { format: Format::Csv });
    }
    let text = table_csv(&rows);
    // A row is a line, whatever a text from outside holds: a line more would be an indicator that nobody found.
    let lines = text.matches("\r\n").count();
    if lines != rows.len() || text.chars().filter(|sign| *sign == '\n').count() != lines {
        let met = format!("{lines} lines for {} rows", rows.len());
        return Err(ExportError::Broken { format: Format::Csv, met });
    }
    unexpressed.sort();
    Ok(Export { bytes: text.into_bytes(), objects, marking: released.marking(), unexpressed })
}

fn row(item: &Evidence, kind: &'static str, value: String) -> Vec<String> {
    let seen = item.observed.map_or_else(String::new, |moment| moment.to_string());
    vec![
        item.id.to_string(),
        kind.to_owned(),
        value,
        item.says.clone(),
        item.tlp.to_string(),
        item.grade.to_string(),
        seen,
        item.source.text.clone(),
    ]
}

/// The values of an item, each with its type.
fn values(item: &Evidence) -> Vec<(&'static str, String)> {
    match &item.body {
        Body::Sample(sample) => {
            let hashes = [
                ("sha256", sample.sha256.map(|hash| hash.to_string())),
                ("sha1", sample.sha1.map(|hash| hash.to_string())),
                ("md5", sample.md5.map(|hash| hash.to_string())),
            ];
            hashes.into_iter().filter_map(|(kind, hash)| Some((kind, hash?))).collect()
        }
        Body::Infrastructure(body) => {
            let address = body.address.map(|address| {
                (if address.is_ipv4() { "ipv4" } else { "ipv6" }, address.to_string())
            });
            let host = body.host.clone().map(|host| ("domain", host));
            let url = body.url.clone().map(|url| ("url", url));
            [address, host, url].into_iter().flatten().collect()
        }
        Body::Artefact(body) => {
            let found = body.value.as_deref().and_then(|value| Trace::of(&body.trace, value));
            found.map(|trace| (trace.word, trace.value.to_owned())).into_iter().collect()
        }
        _ => Vec::new(),
    }
}
