//! Patterns of indicators, in the language of STIX 2.1 (section 9), with what they hold escaped.

use std::net::IpAddr;

/// A literal text: backslashes and quotation marks are escaped (section 9.3, string literals).
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// The pattern for an address of IPv4 or IPv6.
///
/// ```
/// # use demarche_exchange::address_pattern;
/// let address = "198.51.100.3".parse()?;
/// assert_eq!(address_pattern(address), "[ipv4-addr:value = '198.51.100.3']");
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[must_use]
pub fn address_pattern(address: IpAddr) -> String {
    let kind = if address.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" };
    format!("[{kind}:value = {}]", literal(&address.to_string()))
}

/// The pattern for a name of a domain.
#[must_use]
pub fn domain_pattern(name: &str) -> String {
    format!("[domain-name:value = {}]", literal(name))
}

/// The pattern for an address of the web.
///
/// ```
/// # use demarche_exchange::url_pattern;
/// assert_eq!(url_pattern("https://a.example/it's"), r"[url:value = 'https://a.example/it\'s']");
/// ```
#[must_use]
pub fn url_pattern(url: &str) -> String {
    format!("[url:value = {}]", literal(url))
}

/// The pattern for a file of any of these hashes, by algorithm as STIX writes it; empty where there is none.
///
/// ```
/// # use demarche_exchange::hash_pattern;
/// let hashes = [("MD5", "d41d8cd98f00b204e9800998ecf8427e")];
/// assert_eq!(hash_pattern(&hashes), "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']");
/// assert_eq!(hash_pattern(&[]), "");
/// ```
#[must_use]
pub fn hash_pattern(hashes: &[(&str, &str)]) -> String {
    let comparison = |(algorithm, hash): &(&str, &str)| {
        let step =
            if algorithm.contains('-') { literal(algorithm) } else { (*algorithm).to_owned() };
        format!("file:hashes.{step} = {}", literal(hash))
    };
    let comparisons: Vec<String> = hashes.iter().map(comparison).collect();
    if comparisons.is_empty() { String::new() } else { format!("[{}]", comparisons.join(" OR ")) }
}
