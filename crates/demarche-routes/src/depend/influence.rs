//! Country-level transit influence (CTI).
//!
//! Source: Gamero-Garrido et al. (2022), "Quantifying nations' exposure to traffic observation and selective
//! tampering", PAM. A path is cut, on the vantage point's side, at its first link from a provider to a customer;
//! a path without one is left out. A network `d` links from the origin then gets the route's addresses over `d`.
//! Vantage points inside the country are left out.

use std::collections::BTreeMap;

use demarche_case::Asn;
use demarche_case::assessment::routes::Influence;

use super::score::{mean, trimmed_mean};
use super::weighed::{WeighedRoute, WeighedRoutes};

/// The influence of every network on the routes to some origins.
///
/// `sells_to(a, b)` tells whether `a` is a provider of `b`; `inside` whether a host lies in the country.
pub(crate) fn influence<'a>(
    weighed: &WeighedRoutes,
    routes: impl Iterator<Item = &'a WeighedRoute>,
    sells_to: impl Fn(u32, u32) -> bool,
    inside: impl Fn(Asn) -> bool,
    trim: f64,
) -> BTreeMap<Asn, Influence> {
    let mut sessions: BTreeMap<u16, (f64, BTreeMap<u32, f64>)> = BTreeMap::new();
    for route in routes {
        let Some((transit, length)) = transit_of(weighed, route, &sells_to) else { continue };
        let (total, credit) = sessions.entry(route.session).or_default();
        *total += route.addresses;
        for (position, asn) in transit {
            *credit.entry(asn).or_default() += route.addresses / (length - 1 - position) as f64;
        }
    }
    let mut hosts: BTreeMap<u16, Vec<BTreeMap<u32, f64>>> = BTreeMap::new();
    for (session, (total, mut credit)) in
        sessions.into_iter().filter(|(_, (total, _))| *total > 0.0)
    {
        let Some(host) = weighed.host_of.get(usize::from(session)).copied().flatten() else {
            continue;
        };
        if weighed.hosts.get(usize::from(host)).copied().is_some_and(&inside) {
            continue;
        }
        credit.values_mut().for_each(|credit| *credit /= total);
        hosts.entry(host).or_default().push(credit);
    }
    over_hosts(&hosts, trim)
}

/// The transit networks of a route behind its first provider link, with their places on the path of that length.
fn transit_of(
    weighed: &WeighedRoutes,
    route: &WeighedRoute,
    sells_to: &impl Fn(u32, u32) -> bool,
) -> Option<(Vec<(usize, u32)>, usize)> {
    let mut path: Vec<u32> = weighed.hops.of(route.path).iter().map(|hop| hop.asn).collect();
    path.dedup();
    let first = path.array_windows().position(|[left, right]| sells_to(*left, *right))?;
    let length = path.len();
    let transit = path.into_iter().enumerate().take(length - 1).skip(first.max(1)).collect();
    Some((transit, length))
}

/// Averages the sessions of a host, then the hosts.
fn over_hosts(
    hosts: &BTreeMap<u16, Vec<BTreeMap<u32, f64>>>,
    trim: f64,
) -> BTreeMap<Asn, Influence> {
    let mut values: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for sessions in hosts.values() {
        let mut host: BTreeMap<u32, f64> = BTreeMap::new();
        for (asn, credit) in sessions.iter().flatten() {
            *host.entry(*asn).or_default() += credit / sessions.len() as f64;
        }
        for (asn, credit) in host {
            values.entry(asn).or_default().push(credit);
        }
    }
    let influence = |mut values: Vec<f64>| {
        values.sort_unstable_by(f64::total_cmp);
        Influence {
            mean: mean(&values, hosts.len()),
            trimmed: trimmed_mean(&values, hosts.len(), trim),
        }
    };
    values.into_iter().map(|(asn, values)| (Asn(asn), influence(values))).collect()
}
