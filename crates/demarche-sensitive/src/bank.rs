//! National bank accounts, by the words near them.
#![warn(clippy::indexing_slicing)]

use crate::check::{digits, weighted};
use crate::context::Context;
use crate::finding::Findings;
use crate::lexicon::Topic;
use crate::page::{Page, Token};
use crate::{Check, Kind};

/// The lengths of national account numbers.
const LENGTHS: std::ops::RangeInclusive<usize> = 6..=17;

const BANKS: [Topic; 2] = [Topic::Routing, Topic::SortCode];

pub(crate) fn find(page: &Page<'_>, token: &Token, context: &Context<'_>, out: &mut Findings) {
    if context.is_empty() || !token.is_number || !page.is_left_edge(token.start) {
        return;
    }
    if context.names(Topic::Routing) {
        let value = page.slice(token.start..token.end);
        if value.len() == 9 && is_routing(value) && page.is_right_edge(token.end) {
            out.push(
                Kind::BankAccount,
                "us-routing-number",
                "US".parse().ok(),
                token.start..token.end,
                value.to_owned(),
                Check::Checksum,
            );
        }
    } else if context.names(Topic::Account) {
        account(page, token, context, out);
    }
}

fn account(page: &Page<'_>, token: &Token, context: &Context<'_>, out: &mut Findings) {
    let value = page.slice(token.start..token.end);
    let is_labelled = context.naming(&[Topic::Account]).is_some_and(|hit| {
        if is_of_trade(page, hit.start) {
            return false;
        }
        let gap = page.slice(hit.end..token.start);
        gap.len() <= 16
            && gap.bytes().all(|byte| !byte.is_ascii_digit())
            && (gap.contains([':', '#', '=', '\t'])
                || page.slice(hit.start..hit.end).to_lowercase().contains(['n', '号', '番']))
    });
    let has_bank = BANKS.iter().any(|topic| context.mentions(*topic));
    let is_edge = page.is_right_edge(token.end) && page.byte(token.end) != b' '
        || page.is_right_edge(token.end) && !page.byte(token.end + 1).is_ascii_digit();
    if LENGTHS.contains(&value.len()) && is_edge && (is_labelled || has_bank) {
        out.push(
            Kind::BankAccount,
            "bank-account",
            None,
            token.start..token.end,
            value.to_owned(),
            Check::Context,
        );
    }
}

/// Beginnings of words before "account" by which it is no bank's: of customers, of books, of services.
const TRADES: [&str; 62] = [
    "invoice",
    "customer",
    "client",
    "user",
    "member",
    "subscri",
    "ledger",
    "g/l",
    "gl",
    "cost",
    "expense",
    "revenue",
    "email",
    "e-mail",
    "mail",
    "support",
    "service",
    "billing",
    "utility",
    "supplier",
    "vendor",
    "partner",
    "loyalty",
    "admin",
    "aws",
    "azure",
    "google",
    "twitter",
    "contract",
    "key",
    "test",
    "demo",
    "guest",
    "system",
    "domain",
    "login",
    "trading",
    "sales",
    "on",
    "kunden",
    "rechnung",
    "benutzer",
    "sach",
    "facture",
    "utilisateur",
    "cliente",
    "usuario",
    "factura",
    "utente",
    "fattura",
    "fatura",
    "klant",
    "factuur",
    "gebruiker",
    "kund",
    "faktur",
    "klient",
    "użytkown",
    "клиент",
    "пользоват",
    "müşteri",
    "客户",
];

/// Returns true if the word before "account" says that it is no account of a bank.
fn is_of_trade(page: &Page<'_>, start: usize) -> bool {
    let lead = page.slice(page.line_start(start, 30)..start).to_lowercase();
    let word = lead.trim_end_matches([' ', '-', '_']);
    let word = word.rsplit([' ', '(', ',', ':', '\t', '.']).next().unwrap_or(word);
    TRADES.iter().any(|stem| if stem.len() < 3 { word == *stem } else { word.starts_with(stem) })
}

/// Returns true if the nine digits are right by weights 3, 7 and 1 (American Bankers Association, "Routing number policy").
fn is_routing(value: &str) -> bool {
    let digits = digits(value);
    let is_district = matches!(
        value.get(..2).and_then(|lead| lead.parse::<u32>().ok()),
        Some(1..=12 | 21..=32 | 61..=72 | 80)
    );
    is_district && weighted(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
}
