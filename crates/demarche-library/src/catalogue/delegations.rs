//! Statistics of the five regional registries on which numbers and addresses they gave to whom.

use super::ask::{Ask, AskError};
use super::dataset::{Checked, Choice, Dataset, MB, Published, Purpose, Wanted};
use super::day::{DAY, Minute, folder, since};

/// One set for each registry.
pub(crate) const DATASETS: &[Dataset] = &[
    Dataset {
        name: "delegated-afrinic",
        about: "AFRINIC's delegations of AS numbers and addresses, by country",
        licence: "RIR statistics, published for free use; credit AFRINIC",
        locate: |ask| locate(ask, &AFRINIC),
        ..SET
    },
    Dataset {
        name: "delegated-apnic",
        about: "APNIC's delegations of AS numbers and addresses, by country",
        licence: "RIR statistics, published for free use; credit APNIC",
        locate: |ask| locate(ask, &APNIC),
        ..SET
    },
    Dataset {
        name: "delegated-arin",
        about: "ARIN's delegations of AS numbers and addresses, by country",
        licence: "RIR statistics, published for free use; credit ARIN",
        locate: |ask| locate(ask, &ARIN),
        ..SET
    },
    Dataset {
        name: "delegated-lacnic",
        about: "LACNIC's delegations of AS numbers and addresses, by country",
        licence: "RIR statistics, published for free use; credit LACNIC",
        checked: Checked::Partly,
        locate: |ask| locate(ask, &LACNIC),
        ..SET
    },
    Dataset {
        name: "delegated-ripencc",
        about: "the RIPE NCC's delegations of AS numbers and addresses, by country",
        licence: "RIR statistics, published for free use; credit the RIPE NCC",
        locate: |ask| locate(ask, &RIPENCC),
        ..SET
    },
];

const SET: Dataset = Dataset {
    name: "",
    about: "",
    purpose: Purpose::Routes,
    published: Published::Day,
    licence: "",
    usual: 10 * MB,
    limit: 200 * MB,
    checked: Checked::Others,
    locate: |_| Ok(Vec::new()),
};

/// The address at which a registry keeps its files.
struct Registry {
    name: &'static str,
    /// The folder of the latest file.
    latest: &'static str,
    /// Folders of dated files, `YYYY` for the year, and the compression of what is there.
    dated: &'static [(&'static str, &'static str)],
}

const AFRINIC: Registry = Registry {
    name: "afrinic",
    latest: "https://ftp.afrinic.net/pub/stats/afrinic",
    dated: &[("https://ftp.afrinic.net/pub/stats/afrinic/YYYY", "")],
};
const APNIC: Registry = Registry {
    name: "apnic",
    latest: "https://ftp.apnic.net/stats/apnic",
    dated: &[("https://ftp.apnic.net/stats/apnic/YYYY", ".gz")],
};
const ARIN: Registry = Registry {
    name: "arin",
    latest: "https://ftp.arin.net/pub/stats/arin",
    dated: &[
        ("https://ftp.arin.net/pub/stats/arin/archive/YYYY", ".gz"),
        ("https://ftp.arin.net/pub/stats/arin/archive/YYYY", ""),
        ("https://ftp.arin.net/pub/stats/arin", ""),
    ],
};
const LACNIC: Registry = Registry {
    name: "lacnic",
    latest: "https://ftp.lacnic.net/pub/stats/lacnic",
    dated: &[
        ("https://ftp.lacnic.net/pub/stats/lacnic", ""),
        ("https://ftp.lacnic.net/pub/stats/lacnic/archive/YYYY", ""),
    ],
};
const RIPENCC: Registry = Registry {
    name: "ripencc",
    latest: "https://ftp.ripe.net/pub/stats/ripencc",
    dated: &[("https://ftp.ripe.net/pub/stats/ripencc/YYYY", ".bz2")],
};

/// Days to go back where a registry skipped one.
const BACK: i64 = 3;

/// The latest file, or that of the day, else of up to three days before; the extended form before the plain one of early years.
fn locate(ask: &Ask, registry: &Registry) -> Result<Vec<Wanted>, AskError> {
    let name = registry.name;
    if ask.at.is_none() {
        let file = format!("delegated-{name}-extended-latest");
        let choice = Choice {
            url: format!("{}/{file}", registry.latest),
            file: format!("{}/{file}", folder(None)),
            as_of: None,
            is_fixed: false,
        };
        return Ok(vec![Wanted { choices: vec![choice] }]);
    }
    let day = since(ask.at, "2004-01-05")?.floor(DAY);
    let days: Vec<Minute> = (0..=BACK).map(|back| day.before(back * DAY)).collect();
    let mut choices = Vec::new();
    for form in ["extended-", ""] {
        for day in &days {
            for (place, packing) in registry.dated {
                let (year, _) = day.year_month();
                let file = format!("delegated-{name}-{form}{}{packing}", day.digits());
                choices.push(Choice {
                    url: format!("{}/{file}", place.replace("YYYY", &year)),
                    file: format!("{}/{file}", folder(ask.at)),
                    as_of: day.day(),
                    is_fixed: true,
                });
            }
        }
    }
    Ok(vec![Wanted { choices }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_tried_before_the_days_before_it_and_the_plain_form_last() {
        let ask = Ask { at: "2014-01-01".parse().ok(), ..Ask::default() };
        let wanted = locate(&ask, &RIPENCC).unwrap();
        let files: Vec<_> = wanted[0].choices.iter().map(|choice| choice.url.as_str()).collect();
        assert_eq!(
            files[..2],
            [
                "https://ftp.ripe.net/pub/stats/ripencc/2014/delegated-ripencc-extended-20140101.bz2",
                "https://ftp.ripe.net/pub/stats/ripencc/2013/delegated-ripencc-extended-20131231.bz2",
            ]
        );
        assert!(files[4].ends_with("/2014/delegated-ripencc-20140101.bz2"));
        assert_eq!(files.len(), 8);
    }

    #[test]
    fn without_a_day_it_is_the_latest() {
        let wanted = locate(&Ask::default(), &APNIC).unwrap();
        assert_eq!(
            wanted[0].choices[0].url,
            "https://ftp.apnic.net/stats/apnic/delegated-apnic-extended-latest"
        );
        assert!(!wanted[0].choices[0].is_fixed);
    }
}
