//! What a refusal by the addressee's networks would do, alone and with others, and what it would cost.

use std::collections::BTreeSet;

use demarche_case::Asn;
use demarche_case::assessment::routes::{Change, CutEffect, Player, RoutesFindings};

use crate::answer::{collateral, reach};
use crate::number::{counted, index, percent};
use crate::words::routes::cut_off_part;
use crate::words::{Directory, change, in_text, listed, player_in_text, subject, subject_in_graph};

use super::Writer;
use crate::document::Block;

/// Effects that are told; the smallest sets come first in the findings.
const MOST: usize = 8;

impl Writer<'_> {
    pub(crate) fn effects(&self) -> Vec<Block> {
        let refusable = !self.carriers.is_empty() && !self.serves_the_attacked();
        let Some(findings) = self.routes().filter(|_| refusable) else { return Vec::new() };
        let directory = Directory::of(findings);
        let (alone, joint): (Vec<&CutEffect>, Vec<&CutEffect>) = findings
            .cuts
            .iter()
            .filter(|cut| self.takes_part(&cut.change))
            .partition(|cut| self.is_alone(&cut.change));
        let mut blocks = Vec::new();
        for (title, cuts) in [("Alone:", &alone), ("Together with others:", &joint)] {
            if !cuts.is_empty() {
                blocks.push(Block::Paragraph(title.to_owned()));
                blocks.push(Block::List(
                    cuts.iter().take(MOST).map(|cut| effect(cut, &directory)).collect(),
                ));
            }
        }
        if let Some(power) = self.power(findings) {
            blocks.push(Block::Paragraph(power));
        }
        if blocks.is_empty() {
            return blocks;
        }
        blocks.insert(0, Block::Heading("What a refusal would do".to_owned()));
        let costs: Vec<String> =
            alone.iter().chain(&joint).take(MOST).map(|cut| cost(cut, &directory)).collect();
        blocks.push(Block::Heading("What it would cost others".to_owned()));
        if !costs.is_empty() {
            blocks.push(Block::List(costs));
        }
        blocks.push(Block::Paragraph(format!(
            "A refusal concerns the routes of {} only; everybody else is carried as before. \
             It would also keep from the internet those behind the target’s {} who have no part in this.",
            subject(&findings.target),
            counted(findings.target.ipv4_addresses, "IPv4 address", "IPv4 addresses")
        )));
        blocks
    }

    fn own(&self) -> BTreeSet<Asn> {
        self.carriers.iter().map(|carrier| carrier.network.asn).collect()
    }

    /// Do networks of the addressee refuse in this change?
    fn takes_part(&self, change: &Change) -> bool {
        match change {
            Change::Refuse(asns) => asns.iter().any(|asn| self.own().contains(asn)),
            Change::RefuseCountries(countries) => countries.contains(&self.addressee),
            Change::SeverLinks(_) | Change::Remove(_) => false,
        }
    }

    fn is_alone(&self, change: &Change) -> bool {
        match change {
            Change::Refuse(asns) => asns.iter().all(|asn| self.own().contains(asn)),
            Change::RefuseCountries(countries) => {
                countries.iter().all(|country| *country == self.addressee)
            }
            Change::SeverLinks(_) | Change::Remove(_) => false,
        }
    }

    /// The addressee's say among states, and with whom it is enough.
    fn power(&self, findings: &RoutesFindings) -> Option<String> {
        let game = &findings.power.as_ref()?.states;
        let me = Player::State(self.addressee);
        let power = game.indices.iter().find(|index| index.player == me)?.shapley_block;
        let with: Vec<String> = game
            .smallest
            .iter()
            .find(|set| set.contains(&me))
            .into_iter()
            .flatten()
            .filter(|entry| **entry != me)
            .map(player_in_text)
            .collect();
        let power = index(power);
        let name = in_text(self.addressee);
        let part = cut_off_part(&findings.power.as_ref()?.cut_off_means);
        let part = part.map_or("all".to_owned(), |part| format!("(for at least {part}) all"));
        let routes = format!("{part} routes to {}", subject_in_graph(&findings.target));
        Some(if game.smallest.iter().any(|set| set.as_slice() == std::slice::from_ref(&me)) {
            format!(
                "Among states, {name} alone can have {routes} refused; its power is {power} (Shapley–Shubik)."
            )
        } else if with.is_empty() {
            format!("Among states, {name} has a power of {power} (Shapley–Shubik).")
        } else {
            format!(
                "Among states, {name} has a power of {power} (Shapley–Shubik): together with {} it can have {routes} refused.",
                listed(&with, "and")
            )
        })
    }
}

fn effect(cut: &CutEffect, directory: &Directory<'_>) -> String {
    let rerouted = if cut.after.networks > 0 && cut.rerouted_share > 0.0 {
        format!(", {} of them by another way", percent(cut.rerouted_share))
    } else {
        String::new()
    };
    format!("If {}: {}{rerouted}.", change(cut, directory), reach(cut))
}

fn cost(cut: &CutEffect, directory: &Directory<'_>) -> String {
    format!("If {}: {}.", change(cut, directory), collateral(cut))
}
