//! Assessments to show: a small one like that of North Korea in 2014, and a large one from a seed.

use demarche_case::assessment::routes::*;
use demarche_case::assessment::{ASSESSMENT_VERSION, Assessment, Input};
use demarche_case::{Asn, Case, Country, DoubtfulLink, Gap, GapKind, Sha256, Source};

pub(crate) fn country(code: &str) -> Country {
    code.parse().unwrap()
}

pub(crate) fn network(asn: u32, name: &str, code: &str) -> Network {
    Network { asn: Asn(asn), name: Some(name.to_owned()), country: Some(country(code)) }
}

fn score(trimmed: f64, mean: f64, spread: [f64; 5]) -> Score {
    Score { trimmed, mean, spread, seen_by: 37 }
}

fn unicom() -> Network {
    network(4837, "China Unicom Backbone", "CN")
}

fn intelsat() -> Network {
    network(22351, "Intelsat Global Service", "US")
}

/// The case as a person would write it, with two items that may not go to China.
pub(crate) fn case() -> Case {
    Case::read(include_str!("../data/case.toml"), include_str!("../data/evidence.toml")).unwrap()
}

/// The small assessment.
pub(crate) fn small() -> Assessment {
    Assessment {
        version: ASSESSMENT_VERSION,
        program: "demarche 0.1.0".to_owned(),
        case: case(),
        attribution: None,
        code: None,
        routes_shared: Vec::new(),
        attribution_shared: Vec::new(),
        response: None,
        exposure: None,
        watches: Vec::new(),
        routes: Some(small_routes()),
        inputs: vec![
            input("case.toml", "case"),
            input("found/sigma-capture.bin", "evidence"),
            input("routes/20140901.as-rel.txt.bz2", "AS relationships"),
        ],
        gaps: vec![Gap {
            remedy: Some("download the file again".to_owned()),
            ..gap("routes/rib.mrt.bz2", "the file breaks off within a record")
                .at("offset 1,048,576")
        }],
    }
}

/// A gap of a source met once.
pub(crate) fn gap(source: &str, what: &str) -> Gap {
    Gap {
        source: source.to_owned(),
        place: None,
        kind: GapKind::Unreadable,
        what: what.to_owned(),
        count: 1,
        remedy: None,
    }
}

fn input(path: &str, what: &str) -> Input {
    Input {
        path: path.to_owned(),
        sha256: Sha256::of(path.as_bytes()),
        bytes: 1_482_990,
        what: what.to_owned(),
    }
}

pub(crate) fn small_routes() -> RoutesFindings {
    let star = network(131_279, "Star Joint Venture", "KP");
    let origin = TargetOrigin {
        network: star,
        prefixes: (176..180).map(|third| format!("175.45.{third}.0/24").parse().unwrap()).collect(),
        ipv4_addresses: 1_024,
        in_topology: true,
    };
    RoutesFindings {
        target: Target {
            question: "KP".to_owned(),
            country: Some(country("KP")),
            origins: vec![origin],
            ipv4_addresses: 1_024,
            ipv6_prefixes: 0,
        },
        sources: vec![RouteSource {
            file: "routes/20140901.as-rel.txt.bz2".to_owned(),
            what: "AS relationships".to_owned(),
            date: Some("2014-09-01".parse().unwrap()),
            size: "172,984 links between 46,063 networks".to_owned(),
        }],
        map: small_map(),
        dependencies: vec![small_dependency()],
        cuts: small_cuts(),
        power: Some(small_power()),
        located: small_located(),
        caveats: vec![
            Caveat::DoubtfulLink(DoubtfulLink {
                left: Asn(131_279),
                right: Asn(51_040),
                reason: "seen only in a forged path of March 2013".to_owned(),
                source: Source { text: "Analyses of March 2013".to_owned(), url: None },
                tlp: demarche_case::Tlp::Clear,
                release_to: std::collections::BTreeSet::new(),
            }),
            Caveat::InferredLinks,
            Caveat::Capability,
        ],
    }
}

fn small_map() -> ConnectivityMap {
    let node = |network: Network, layer: u32, share: f64, is_core: bool, is_key: bool| MapNode {
        network,
        layer,
        share,
        is_core,
        is_key,
    };
    let link = |near: u32, far: u32, share: f64| MapLink {
        near: Asn(near),
        far: Asn(far),
        kind: LinkKind::Provider,
        share,
        doubt: None,
    };
    let mut links = vec![
        link(131_279, 4837, 0.757),
        link(131_279, 22351, 0.243),
        link(4837, 1239, 0.31),
        link(4837, 3356, 0.22),
        link(4837, 4766, 0.2),
        link(22351, 3356, 0.14),
        link(22351, 174, 0.1),
        link(4766, 1239, 0.12),
    ];
    links.push(MapLink { kind: LinkKind::Peer, ..link(4766, 2516, 0.08) });
    links.push(MapLink {
        kind: LinkKind::Customer,
        doubt: Some("seen only in a forged path of March 2013".to_owned()),
        ..link(131_279, 51040, 0.0)
    });
    ConnectivityMap {
        nodes: vec![
            node(network(131_279, "Star Joint Venture", "KP"), 0, 1.0, false, false),
            node(unicom(), 1, 0.757, false, true),
            node(intelsat(), 1, 0.243, false, true),
            node(network(51040, "Piratpartiet", "SE"), 1, 0.0, false, false),
            node(network(4766, "Korea Telecom", "KR"), 2, 0.2, false, false),
            node(network(2516, "KDDI", "JP"), 2, 0.08, false, false),
            node(network(3356, "Level 3", "US"), 3, 0.36, true, false),
            node(network(1239, "Sprint", "US"), 3, 0.31, true, false),
            node(network(174, "Cogent", "US"), 3, 0.1, true, false),
        ],
        links,
        left_out: 11,
    }
}

fn small_dependency() -> Dependency {
    let one = |network: Network, by_addresses: Score| NetworkDependency {
        network,
        place: Place::Foreign,
        by_addresses,
        by_prefixes: by_addresses,
        by_networks: by_addresses,
        by_population: None,
        cti: Some(Influence { mean: by_addresses.mean, trimmed: by_addresses.trimmed }),
    };
    let group =
        |label: &str, code: Option<&str>, networks: &[u32], by_addresses: Score| GroupDependency {
            label: label.to_owned(),
            country: code.map(country),
            place: Place::Foreign,
            networks: networks.iter().map(|asn| Asn(*asn)).collect(),
            by_addresses,
        };
    let main = score(0.8065, 0.7568, [0.0, 0.5, 1.0, 1.0, 1.0]);
    let side = score(0.1935, 0.2432, [0.0, 0.0, 0.0, 0.25, 1.0]);
    let korea = score(0.3871, 0.4054, [0.0, 0.0, 0.0, 1.0, 1.0]);
    Dependency {
        family: Family::Ipv4,
        basis: RouteBasis::Observed,
        source: "routeviews2, 23 May 2014".to_owned(),
        coverage: 1.0,
        vantage_points: 37,
        trim: 0.1,
        tables: Vec::new(),
        counts_origin: false,
        networks: vec![
            one(unicom(), main),
            one(network(4766, "Korea Telecom", "KR"), korea),
            one(intelsat(), side),
            one(
                network(2516, "KDDI Corporation", "JP"),
                score(0.0968, 0.135, [0.0, 0.0, 0.0, 0.0, 1.0]),
            ),
        ],
        operators: vec![
            group("China Unicom", None, &[4837, 9929], main),
            group("Korea Telecom", None, &[4766], korea),
            group("Intelsat", None, &[22351], side),
        ],
        countries: vec![
            group("CN", Some("CN"), &[4837, 9929], main),
            group(
                "US",
                Some("US"),
                &[22351, 3356, 174],
                score(0.61, 0.6, [0.0, 0.2, 0.7, 1.0, 1.0]),
            ),
            group("KR", Some("KR"), &[4766], korea),
        ],
        frontier: 2,
        points_of_control: vec![Asn(4837), Asn(22351)],
    }
}

fn reach(networks: u64, mean_hops: f64) -> Reach {
    #[expect(clippy::cast_precision_loss, reason = "a test's small number")]
    let share = networks as f64 / 46_062.0;
    Reach { networks, network_share: share, address_share: share, mean_hops }
}

fn small_cuts() -> Vec<CutEffect> {
    let before = reach(45_823, 4.4543);
    let cut = |change: Change, after: Reach, rerouted_share: f64| CutEffect {
        named: Vec::new(),
        change,
        origins: 1,
        before,
        after,
        lost_networks: before.networks - after.networks,
        rerouted_share,
        entries: vec![
            Entry { network: unicom(), before: 0.757, after: 0.0 },
            Entry {
                network: intelsat(),
                before: 0.243,
                after: if after.networks > 1 { 1.0 } else { 0.0 },
            },
        ],
        shifts: Vec::new(),
        collateral: Collateral::default(),
    };
    let sever = CutEffect {
        collateral: Collateral {
            captive: Hit::default(),
            lost: Hit { networks: 12, ipv4_addresses: 48_128 },
            changed: Hit { networks: 312, ipv4_addresses: 1_120_000 },
            pairs_lost: 120,
            pairs_changed: 9_000,
            examples: vec![network(64500, "Example Net", "MN")],
        },
        ..cut(Change::Remove(vec![Asn(3356)]), reach(45_817, 4.54), 0.21)
    };
    vec![
        cut(Change::Refuse(vec![Asn(4837), Asn(22351)]), reach(1, 1.0), 0.0),
        cut(Change::Refuse(vec![Asn(4837)]), reach(45_819, 5.1647), 0.757),
        cut(Change::Refuse(vec![Asn(22351)]), reach(45_821, 4.56), 0.243),
        cut(Change::RefuseCountries(vec![country("CN")]), reach(44_102, 5.2), 0.74),
        sever,
    ]
}

fn small_power() -> PowerFindings {
    let operators = [unicom(), intelsat()].map(Player::Operator).to_vec();
    let states = vec![Player::State(country("CN")), Player::State(country("US"))];
    let game = |players: &[Player]| PowerGame {
        smallest: vec![players.to_vec()],
        smallest_is_complete: true,
        minimal: vec![players.to_vec()],
        minimal_is_complete: true,
        protectors: players.iter().map(|player| vec![player.clone()]).collect(),
        proof: Proof::DisjointPaths(vec![
            vec![Asn(131_279), Asn(4837), Asn(1239)],
            vec![Asn(131_279), Asn(22351), Asn(3356)],
        ]),
        method: IndexMethod::Exact,
        indices: players.iter().map(|player| power(player.clone(), 0.5, 0.0)).collect(),
        players: 9,
    };
    PowerFindings {
        cut_off_means: CutOff {
            far_side: FarSide::Core,
            networks: 3,
            at_home: AtHome::Carriers,
            share: 1.0,
            counted_in: CutUnit::Addresses,
        },
        core: [174, 1239, 3356].map(Asn).to_vec(),
        operators: game(&operators),
        states: game(&states),
        link_cut: Some(LinkCut {
            links: vec![(Asn(131_279), Asn(4837)), (Asn(131_279), Asn(22351))],
            disjoint_paths: vec![
                vec![Asn(131_279), Asn(4837), Asn(1239)],
                vec![Asn(131_279), Asn(22351), Asn(3356)],
            ],
        }),
        frontier: Frontier {
            gateways: vec![unicom(), intelsat()],
            risk: Some(FrontierRisk::Severe),
        },
    }
}

fn power(player: Player, index: f64, error: f64) -> PowerIndex {
    PowerIndex {
        player,
        shapley_block: index,
        shapley_protect: index,
        banzhaf_block: index,
        banzhaf_protect: index,
        shapley_error: error,
        banzhaf_error: error,
    }
}

fn small_located() -> Vec<Located> {
    let one = |address: &str, prefix: &str, origin: Network, provider: Network| Located {
        address: address.parse().unwrap(),
        prefix: Some(prefix.parse().unwrap()),
        registered_in: origin.country,
        announced_from: origin.country,
        origins: vec![origin],
        providers: vec![provider],
        notes: Vec::new(),
    };
    vec![
        one(
            "203.131.222.102",
            "203.131.208.0/20",
            network(37992, "Thammasat University", "TH"),
            network(4621, "UniNet", "TH"),
        ),
        one(
            "217.96.33.164",
            "217.96.0.0/16",
            network(5617, "Orange Polska", "PL"),
            network(5511, "Orange International", "FR"),
        ),
        Located {
            notes: vec![
                LocationNote::CountriesDiffer {
                    registered_in: country("NL"),
                    announced_from: vec![country("SE")],
                },
                LocationNote::CountryFromList {
                    network: Asn(64501),
                    country: country("SE"),
                    list: "a list".to_owned(),
                },
            ],
            announced_from: Some(country("SE")),
            ..one(
                "198.51.100.77",
                "198.51.100.0/24",
                network(64501, "SIGMA-NETWORK", "SE"),
                network(64502, "SIGMA-PROVIDER", "SE"),
            )
        },
    ]
}

/// The numbers of a seed, as a test needs them: few bits of an LCG (Knuth, MMIX).
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    pub(crate) fn next(&mut self, below: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn share(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "below 1,000")]
        let share = self.next(1_000) as f64 / 1_000.0;
        share
    }
}

fn large_map(mut seed: Seed) -> ConnectivityMap {
    let codes = [
        "IR", "TR", "RU", "OM", "AZ", "DE", "GB", "US", "FR", "IT", "SE", "KW", "AE", "IQ", "HK",
        "NL", "AM", "QA", "SG", "JP", "CN", "IN", "PK", "TM", "BH",
    ];
    let names = [
        "Telecommunication Infrastructure Company",
        "Türk Telekom",
        "Rostelecom",
        "Omantel",
        "Delta Telecom",
        "Deutsche Telekom AG",
        "BT",
        "Level 3 Parent, LLC",
        "Orange S.A.",
        "Telecom Italia Sparkle",
        "Information Technology Company",
        "Respina",
    ];
    let sizes = [14_u64, 6, 22, 24, 14];
    let mut map = ConnectivityMap { left_out: 381, ..ConnectivityMap::default() };
    let mut asn = 1_000;
    for (layer, size) in sizes.iter().enumerate() {
        for place in 0..*size {
            asn += 1 + u32::try_from(seed.next(900)).unwrap();
            let code =
                if layer < 2 { "IR" } else { codes[usize::try_from(seed.next(25)).unwrap()] };
            let name = names[usize::try_from(seed.next(12)).unwrap()];
            let share = seed.share() * seed.share();
            map.nodes.push(MapNode {
                network: network(asn, name, code),
                layer: u32::try_from(layer).unwrap(),
                share,
                is_core: layer == 4,
                is_key: layer == 1 && place < 2,
            });
        }
    }
    for near in &map.nodes {
        for far in map.nodes.iter().filter(|far| far.layer > near.layer) {
            let skip = far.layer - near.layer > 1;
            if seed.next(if skip { 60 } else { 7 }) == 0 {
                let kind = if seed.next(4) == 0 { LinkKind::Peer } else { LinkKind::Provider };
                let doubt =
                    (seed.next(70) == 0).then(|| "only one vantage point saw it".to_owned());
                map.links.push(MapLink {
                    near: near.network.asn,
                    far: far.network.asn,
                    kind,
                    share: near.share.min(far.share) / 2.0,
                    doubt,
                });
            }
        }
    }
    map
}

/// An assessment with 80 networks of 25 countries in five layers.
pub(crate) fn large(seed: u64) -> Assessment {
    let map = large_map(Seed(seed));
    let mut routes = small_routes();
    routes.target.question = "IR".to_owned();
    routes.target.country = Some(country("IR"));
    routes.target.ipv4_addresses = 9_123_456;
    routes.target.origins = map
        .nodes
        .iter()
        .filter(|node| node.layer == 0)
        .map(|node| TargetOrigin {
            network: node.network.clone(),
            prefixes: vec!["192.0.2.0/24".parse().unwrap(); 30],
            ipv4_addresses: 651_675,
            in_topology: true,
        })
        .collect();
    let dependency = &mut routes.dependencies[0];
    dependency.networks = map
        .nodes
        .iter()
        .filter(|node| node.layer > 0)
        .map(|node| {
            let value = score(
                node.share,
                node.share * 0.9 + 0.05,
                [0.0, node.share * 0.5, node.share, (node.share * 1.4).min(1.0), 1.0],
            );
            let place = if node.layer < 2 { Place::Domestic } else { Place::Foreign };
            NetworkDependency {
                network: node.network.clone(),
                place,
                by_addresses: value,
                by_prefixes: value,
                by_networks: value,
                by_population: None,
                cti: None,
            }
        })
        .collect();
    dependency
        .networks
        .sort_by(|left, right| right.by_addresses.trimmed.total_cmp(&left.by_addresses.trimmed));
    let keys: Vec<Player> = map
        .nodes
        .iter()
        .filter(|node| node.is_key)
        .map(|node| Player::Operator(node.network.clone()))
        .collect();
    let power_findings = routes.power.as_mut().unwrap();
    power_findings.operators.smallest = vec![keys.clone()];
    power_findings.operators.indices = map
        .nodes
        .iter()
        .filter(|node| node.layer > 0)
        .take(20)
        .enumerate()
        .map(|(place, node)| {
            #[expect(clippy::cast_precision_loss, reason = "below 100")]
            let index = 0.4 / (place as f64 + 1.0);
            power(Player::Operator(node.network.clone()), index, 0.01)
        })
        .collect();
    power_findings.operators.method = IndexMethod::Sampled { orders: 100_000, seed: 7 };
    power_findings.operators.proof = Proof::Bound { at_least: 2, ratio: 1.5 };
    power_findings.frontier.risk = None;
    routes.map = map;
    Assessment { routes: Some(routes), ..small() }
}
