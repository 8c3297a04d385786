//! URLs in canonical form.
//!
//! Source: RFC 3986, section 6.2 (normalisation that keeps the meaning).

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::host;

/// The schemes read, with their default ports.
const SCHEMES: [(&str, &str); 6] =
    [("http", "80"), ("https", "443"), ("ftp", "21"), ("ftps", "990"), ("sftp", "22"), ("tcp", "")];

/// The live scheme of one that is defanged or not, in lower case.
pub(crate) fn scheme(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let live = match &*lower {
        "hxxp" | "htxp" | "hxtp" | "hxp" | "h**p" | "meow" => "http",
        "hxxps" | "htxps" | "hxtps" | "hxps" | "h**ps" => "https",
        "fxp" => "ftp",
        "fxps" => "ftps",
        other => other,
    };
    SCHEMES.iter().find(|(scheme, _)| *scheme == live).map(|(scheme, _)| *scheme)
}

/// The canonical text of a URL with a host that is an address, a name below a top-level domain, or one label.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let (written, rest) = text.split_once("://")?;
    let scheme = scheme(written)?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end)?;
    let (user, host) =
        authority.rsplit_once('@').map_or(("", authority), |(user, host)| (user, host));
    let (host, port) = split_port(host)?;
    let host = canonical_host(host)?;
    let default = SCHEMES.iter().find(|(name, _)| *name == scheme).map_or("", |(_, port)| *port);
    let port = port.trim_start_matches('0');
    let mut url = format!("{scheme}://");
    if !user.is_empty() {
        escape(&mut url, user)?;
        url.push('@');
    }
    url.push_str(&host);
    if !port.is_empty() && port != default {
        port.parse::<u16>().ok()?;
        write!(url, ":{port}").ok()?;
    }
    if !tail.starts_with(['/', '\\']) {
        url.push('/');
    }
    escape(&mut url, tail)?;
    Some(url)
}

/// The host and the port, which may be empty.
fn split_port(text: &str) -> Option<(&str, &str)> {
    if text.starts_with('[') {
        let (host, port) = text.split_at_checked(text.find(']')? + 1)?;
        return if port.is_empty() {
            Some((host, ""))
        } else {
            Some((host, port.strip_prefix(':')?))
        };
    }
    let (host, port) = text.split_once(':').unwrap_or((text, ""));
    port.bytes().all(|byte| byte.is_ascii_digit()).then_some((host, port))
}

fn canonical_host(host: &str) -> Option<String> {
    if let Some(inner) = host.strip_prefix('[') {
        let ip: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{ip}]"));
    }
    if let Ok(ip) = host.parse::<Ipv4Addr>() {
        return Some(ip.to_string());
    }
    let name = host::name(host)?;
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let top = name.rsplit('.').next()?;
    let is_host = !is_number(top) && (!name.contains('.') || host::is_top(top));
    is_host.then_some(name)
}

/// Writes text with percent signs in one form: escapes of plain signs undone, other escapes in upper case.
fn escape(url: &mut String, text: &str) -> Option<()> {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let hex =
            |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let escaped = match (byte, ahead.next().and_then(hex), ahead.next().and_then(hex)) {
            (b'%', Some(high), Some(low)) => Some(high << 4 | low),
            _ => None,
        };
        if escaped.is_some() {
            bytes = ahead;
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        match escaped {
            Some(byte) if is_plain(byte) => url.push(char::from(byte)),
            Some(byte) => write!(url, "%{byte:02X}").ok()?,
            None if byte == b'\\' => url.push('/'),
            None if byte.is_ascii_graphic() && !b"\"<>`".contains(&byte) => {
                url.push(char::from(byte));
            }
            None => write!(url, "%{byte:02X}").ok()?,
        }
    }
    Some(())
}

/// The host of a canonical URL, without brackets.
pub(crate) fn host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    let host = authority.rsplit('@').next()?;
    match host.strip_prefix('[') {
        Some(inner) => inner.split(']').next(),
        None => host.split(':').next(),
    }
}
