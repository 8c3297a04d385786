//! The addressee's networks and what they carry.

use crate::document::Column;
use crate::number::percent;
use crate::words::{in_text, named, subject};

use super::Writer;
use crate::document::{Block, Cell, words};

impl Writer<'_> {
    pub(crate) fn networks(&self) -> Vec<Block> {
        let Some(findings) = self.routes() else { return Vec::new() };
        if self.carriers.is_empty() {
            return Vec::new();
        }
        let rows: Vec<Vec<Cell>> = self
            .carriers
            .iter()
            .take(30)
            .map(|carrier| {
                let (trimmed, mean) = carrier
                    .shares
                    .map_or(("–".to_owned(), "–".to_owned()), |(trimmed, mean)| {
                        (percent(trimmed), percent(mean))
                    });
                let key = if carrier.is_key {
                    "in the smallest set that cuts the target off"
                } else {
                    "carries routes"
                };
                vec![words(named(&carrier.network)), words(key), words(trimmed), words(mean)]
            })
            .collect();
        let columns = vec![
            Column::Text("Network"),
            Column::Text("Its part"),
            Column::Number("Share, trimmed mean"),
            Column::Number("Share, plain mean"),
        ];
        let about = format!(
            "These networks are registered in {} and carry the routes of {}. \
             The share is that of the routes which pass through the network, as vantage points around the internet see it. \
             The trimmed mean leaves out the highest and the lowest of them, and hides a small but total dependency.",
            in_text(self.addressee),
            subject(&findings.target)
        );
        vec![
            Block::Heading("Networks in your jurisdiction".to_owned()),
            Block::Paragraph(about),
            Block::Table { caption: "Networks and what they carry", columns, rows },
        ]
    }
}
