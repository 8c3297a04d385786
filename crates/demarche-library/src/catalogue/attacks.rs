//! Catalogues of previous attacks, actors and their tools.

use super::ask::{Ask, AskError};
use super::dataset::{Checked, Choice, Dataset, MB, Published, Purpose, Wanted};

const ATTACK: &str = "(c) The MITRE Corporation; reproduced and distributed with the permission of The MITRE Corporation (ATT&CK terms of use)";
const GALAXY: &str = "CC0-1.0 or BSD-2-Clause (MISP galaxy)";

/// The catalogues that the library reads, and one that it reads after an export.
pub(crate) const DATASETS: &[Dataset] = &[
    Dataset {
        name: "attack-enterprise",
        about: "ATT&CK Enterprise, STIX 2.1: groups, campaigns, software and techniques, with sources",
        limit: 400 * MB,
        usual: 50 * MB,
        checked: Checked::Publisher,
        locate: |ask| Ok(stix_21("enterprise-attack", ask)),
        ..ATTACK_SET
    },
    Dataset {
        name: "attack-ics",
        about: "ATT&CK for industrial control systems, STIX 2.1",
        checked: Checked::Publisher,
        locate: |ask| Ok(stix_21("ics-attack", ask)),
        ..ATTACK_SET
    },
    Dataset {
        name: "attack-mobile",
        about: "ATT&CK for mobile devices, STIX 2.1",
        checked: Checked::Publisher,
        locate: |ask| Ok(stix_21("mobile-attack", ask)),
        ..ATTACK_SET
    },
    Dataset {
        name: "attack-enterprise-2.0",
        about: "ATT&CK Enterprise, STIX 2.0: the same facts in the older format",
        limit: 400 * MB,
        usual: 40 * MB,
        locate: |ask| Ok(stix_20("enterprise-attack", ask)),
        ..ATTACK_SET
    },
    Dataset {
        name: "attack-ics-2.0",
        about: "ATT&CK for industrial control systems, STIX 2.0",
        locate: |ask| Ok(stix_20("ics-attack", ask)),
        ..ATTACK_SET
    },
    Dataset {
        name: "attack-mobile-2.0",
        about: "ATT&CK for mobile devices, STIX 2.0",
        locate: |ask| Ok(stix_20("mobile-attack", ask)),
        ..ATTACK_SET
    },
    Dataset {
        name: "misp-threat-actor",
        about: "MISP galaxy of threat actors: synonyms, suspected states, victims, with sources",
        purpose: Purpose::Attacks,
        published: Published::Latest,
        licence: GALAXY,
        usual: 2 * MB,
        limit: 50 * MB,
        checked: Checked::Publisher,
        locate: |_| Ok(galaxy("threat-actor")),
    },
    Dataset {
        name: "misp-malpedia",
        about: "MISP galaxy of malware families after Malpedia, with references",
        purpose: Purpose::Attacks,
        published: Published::Latest,
        licence: "CC0-1.0 or BSD-2-Clause (MISP galaxy); Malpedia's own terms may apply to its descriptions as well",
        usual: 5 * MB,
        limit: 100 * MB,
        checked: Checked::Publisher,
        locate: |_| Ok(galaxy("malpedia")),
    },
    Dataset {
        name: "eurepoc",
        about: "EuRepoC Global Database 1.1: cyber incidents 2000 to early 2023, coded, with attributions and responses",
        purpose: Purpose::Attacks,
        published: Published::Once,
        licence: "no licence in the record of version 1.1; EuRepoC's later versions are CC BY-NC 4.0 (not commercial); cite EuRepoC, https://eurepoc.eu, and Zenodo record 7848941",
        usual: 5 * MB,
        limit: 100 * MB,
        checked: Checked::Others,
        locate: |_| Ok(eurepoc()),
    },
    Dataset {
        name: "dcid",
        about: "DCID 2.0: incidents between rival states 2000 to 2020; a spreadsheet, to be exported as CSV, one file a sheet, and then added by hand",
        purpose: Purpose::ByHand,
        published: Published::Once,
        licence: "no licence stated; cite Maness, Valeriano, Hedgecock, Jensen and Macias 2022",
        usual: MB,
        limit: 50 * MB,
        checked: Checked::Publisher,
        locate: |_| Ok(dcid()),
    },
];

const ATTACK_SET: Dataset = Dataset {
    name: "",
    about: "",
    purpose: Purpose::Attacks,
    published: Published::Release,
    licence: ATTACK,
    usual: 5 * MB,
    limit: 100 * MB,
    checked: Checked::Others,
    locate: no_files,
};

const fn no_files(_: &Ask) -> Result<Vec<Wanted>, AskError> {
    Ok(Vec::new())
}

fn one(url: String, file: String, is_fixed: bool) -> Vec<Wanted> {
    vec![Wanted { choices: vec![Choice { url, file, as_of: None, is_fixed }] }]
}

/// The index of the repository `mitre-attack/attack-stix-data` names one file for each release, and one that is the latest.
fn stix_21(domain: &str, ask: &Ask) -> Vec<Wanted> {
    let base = "https://raw.githubusercontent.com/mitre-attack/attack-stix-data/master";
    let file = ask
        .release
        .map_or_else(|| format!("{domain}.json"), |release| format!("{domain}-{release}.json"));
    one(format!("{base}/{domain}/{file}"), format!("attacks/{file}"), ask.release.is_some())
}

/// The repository `mitre/cti` has one tag for each release, `ATT&CK-v18.1`.
fn stix_20(domain: &str, ask: &Ask) -> Vec<Wanted> {
    let (tag, suffix) = ask.release.map_or_else(
        || ("master".to_owned(), String::new()),
        |release| (format!("ATT%26CK-v{release}"), format!("-{release}")),
    );
    let url = format!("https://raw.githubusercontent.com/mitre/cti/{tag}/{domain}/{domain}.json");
    one(url, format!("attacks/{domain}{suffix}.stix20.json"), ask.release.is_some())
}

fn galaxy(cluster: &str) -> Vec<Wanted> {
    let base = "https://raw.githubusercontent.com/MISP/misp-galaxy/main/clusters";
    one(format!("{base}/{cluster}.json"), format!("attacks/misp-galaxy-{cluster}.json"), false)
}

fn eurepoc() -> Vec<Wanted> {
    let file = |name: &str, here: &str| {
        let url = format!("https://zenodo.org/records/7848941/files/{name}?download=1");
        one(url, format!("attacks/{here}"), true)
    };
    let mut wanted = file("EuRepoC_Global_Database_1.1.csv", "eurepoc-1.1-global.csv");
    wanted.extend(file("EuRepoC_Attribution_dataset_1.1.csv", "eurepoc-1.1-attributions.csv"));
    wanted
}

fn dcid() -> Vec<Wanted> {
    let name = "DCID_2.0_Release_update_February_2023.xlsx";
    let base = "https://raw.githubusercontent.com/hilangoe/CyberCrises/main/_data/_raw";
    one(format!("{base}/{name}"), format!("by-hand/{name}"), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(wanted: &[Wanted]) -> &str {
        &wanted[0].choices[0].url
    }

    #[test]
    fn a_release_has_its_own_file_and_tag() {
        let ask = Ask { release: Some("18.1".parse().unwrap()), ..Ask::default() };
        assert_eq!(
            url(&stix_21("enterprise-attack", &ask)),
            "https://raw.githubusercontent.com/mitre-attack/attack-stix-data/master/enterprise-attack/enterprise-attack-18.1.json"
        );
        assert_eq!(
            url(&stix_20("ics-attack", &ask)),
            "https://raw.githubusercontent.com/mitre/cti/ATT%26CK-v18.1/ics-attack/ics-attack.json"
        );
        assert!(
            url(&stix_21("ics-attack", &Ask::default())).ends_with("/ics-attack/ics-attack.json")
        );
    }

    #[test]
    fn a_spreadsheet_is_left_to_the_user() {
        let dcid = DATASETS.iter().find(|set| set.name == "dcid").unwrap();
        assert_eq!(dcid.purpose, Purpose::ByHand);
    }
}
