//! The annexes: indicators, and by their hash the files that the note rests on.

use demarche_case::assessment::Input;
use demarche_case::{AnnexFile, Body, CasePath, Defanged, Evidence};

use crate::date::date_if_known;
use crate::document::Column;
use crate::item::details;
use crate::number::count;
use crate::text::{NAME, PROSE, shown};
use crate::words::{in_text, named};

use super::{Note, Writer};
use crate::document::{Block, Cell, words};

impl Writer<'_> {
    /// Indicators, defanged; those in the addressee's networks first.
    pub(crate) fn indicators(&self) -> Vec<Block> {
        let case = &self.released.case;
        let items = || case.evidence.iter();
        let mut hosts: Vec<(bool, Vec<Cell>)> =
            items().filter_map(|item| self.address_row(item)).collect();
        // The sort keeps the order of the register within each half.
        hosts.sort_by_key(|(current, _)| !current);
        let hosts: Vec<Vec<Cell>> = hosts.into_iter().map(|(_, row)| row).collect();
        let files: Vec<Vec<Cell>> = items().filter_map(file_row).collect();
        let traces: Vec<Vec<Cell>> = items().filter_map(trace_row).collect();
        if hosts.is_empty() && files.is_empty() && traces.is_empty() {
            return Vec::new();
        }
        let host_columns =
            ["Address or host", "Ports", "Role", "Network", "Country"].map(Column::Text).to_vec();
        let file_columns = ["File", "Role", "Hash"].map(Column::Text).to_vec();
        vec![
            Block::Heading("Annex A: indicators".to_owned()),
            Block::Paragraph(
                "Addresses are written so that no program makes a link of them.".to_owned(),
            ),
            Block::Table {
                caption: "Addresses, those in your jurisdiction first",
                columns: host_columns,
                rows: hosts,
            },
            Block::Table { caption: "Files", columns: file_columns, rows: files },
            Block::Table {
                caption: "Other traces",
                columns: ["Trace", "Kind"].map(Column::Text).to_vec(),
                rows: traces,
            },
        ]
    }

    fn address_row(&self, item: &Evidence) -> Option<(bool, Vec<Cell>)> {
        let Body::Infrastructure(found) = &item.body else { return None };
        let located = found.address.and_then(|address| {
            self.routes().and_then(|findings| {
                findings.located.iter().find(|located| located.address == address)
            })
        });
        let announced = located.and_then(|located| located.announced_from);
        let registered = located.and_then(|located| located.registered_in);
        let country = announced.or(registered).or(found.country);
        let elsewhere = registered.filter(|registered| Some(*registered) != country);
        let network: Vec<String> =
            located.into_iter().flat_map(|located| &located.origins).map(named).collect();
        let ports: Vec<String> = found.ports.iter().map(ToString::to_string).collect();
        let names = [
            found.address.map(|address| Defanged(address).to_string()),
            found.host.as_deref().map(|host| Defanged(shown(host, PROSE)).to_string()),
            found.url.as_deref().map(|url| Defanged(shown(url, PROSE)).to_string()),
        ];
        let names: Vec<String> = names.into_iter().flatten().collect();
        let label =
            country.map_or_else(|| "not known".to_owned(), |country| country.label().to_owned());
        let label = match elsewhere {
            Some(registered) => format!("{label}, registered in {}", in_text(registered)),
            None => label,
        };
        let row = vec![
            Cell::Code(names.join(", ")),
            words(ports.join(", ")),
            words(shown(&found.role, NAME)),
            words(network.join("; ")),
            words(label),
        ];
        Some(([country, elsewhere].contains(&Some(self.addressee)), row))
    }

    /// The files of annex B that can be sent along, for the recipient's check.
    pub(crate) fn annexed(&self) -> Vec<AnnexFile> {
        let file = |input: &Input| {
            let path = annexed_as(&input.path)?.as_str().to_owned();
            Some(AnnexFile { path, bytes: input.bytes, sha256: input.sha256 })
        };
        self.released.inputs.iter().filter_map(file).collect()
    }

    /// Hashes of what the note rests on, and the terms of the catalogues that it cites.
    pub(crate) fn hashes(&self) -> Vec<Block> {
        let rows: Vec<Vec<Cell>> = self
            .released
            .inputs
            .iter()
            .map(|input| {
                let path = annexed_as(&input.path);
                let path = path.map_or_else(String::new, |path| path.as_str().to_owned());
                vec![
                    Cell::Code(path),
                    words(shown(&input.what, NAME)),
                    words(count(input.bytes)),
                    Cell::Code(input.sha256.to_string()),
                ]
            })
            .collect();
        let sources: Vec<String> = self
            .routes()
            .into_iter()
            .flat_map(|findings| &findings.sources)
            .map(|route| {
                let date =
                    route.date.map_or_else(|| "date not known".to_owned(), |date| date.to_string());
                format!("{}, {date}: {}", shown(&route.what, NAME), shown(&route.size, NAME))
            })
            .collect();
        let editions =
            self.released.attribution.iter().flat_map(|attribution| &attribution.record.editions);
        // What is reproduced from a catalogue is reproduced with the line that its terms ask for.
        let editions = editions.map(|edition| {
            let (name, terms) = (shown(&edition.name, NAME), shown(&edition.licence, PROSE));
            format!("Record of previous attacks: {name}, {}. {terms}", date_if_known(edition.date))
        });
        let sources: Vec<String> = sources.into_iter().chain(editions).collect();
        if rows.is_empty() && sources.is_empty() {
            return Vec::new();
        }
        let columns = vec![
            Column::Text("File"),
            Column::Text("What"),
            Column::Number("Bytes"),
            Column::Text("SHA-256"),
        ];
        let mut blocks = vec![Block::Heading("Annex B: what this rests on".to_owned())];
        if !sources.is_empty() {
            blocks.push(Block::List(sources));
        }
        blocks.push(Block::Table { caption: "Inputs by their hash", columns, rows });
        blocks.push(Block::Paragraph(format!(
            "The files of this note, and those of this annex where they were sent along, are listed with their hashes in {stem}.annex.json. \
             The command “demarche verify --note {stem}.annex.json --annexes FOLDER” checks them, and so does any program that computes SHA-256.",
            stem = Note::stem(self.to)
        )));
        blocks
    }
}

/// A path as the recipient may see and use it: inside a folder, or the bare name of a file that lay elsewhere.
fn annexed_as(path: &str) -> Option<CasePath> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    path.parse().or_else(|_| name.parse()).ok()
}

fn file_row(item: &Evidence) -> Option<Vec<Cell>> {
    let Body::Sample(sample) = &item.body else { return None };
    let hash = details(item)
        .into_iter()
        .find(|detail| ["SHA-256", "SHA-1", "MD5"].contains(&detail.name))?;
    Some(vec![
        Cell::Code(sample.name.clone().unwrap_or_default()),
        words(sample.role.as_deref().map(|role| shown(role, NAME)).unwrap_or_default()),
        Cell::Code(format!("{} {}", hash.name, hash.value)),
    ])
}

/// A trace that can be looked for as it is written, such as a wallet or an account.
fn trace_row(item: &Evidence) -> Option<Vec<Cell>> {
    let Body::Artefact(found) = &item.body else { return None };
    let is_name = |text: &&str| {
        !text.contains(' ') && text.contains(|sign: char| sign == '@' || sign.is_ascii_digit())
    };
    let values = [found.value.as_deref(), Some(found.trace.as_str())];
    let value = values.into_iter().flatten().find(is_name)?;
    let kind = if value == found.trace { "–" } else { found.trace.as_str() };
    Some(vec![
        Cell::Code(Defanged(shown(value, PROSE)).to_string()),
        words(Defanged(shown(kind, NAME)).to_string()),
    ])
}
