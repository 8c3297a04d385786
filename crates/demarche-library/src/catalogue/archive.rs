//! Archives of routing tables and updates: RouteViews and RIPE RIS.

use demarche_case::Precision;

use super::ask::{Ask, AskError, Collector};
use super::dataset::{Checked, Choice, Dataset, MB, Published, Purpose, Wanted};
use super::day::{DAY, Minute, folder, since};

const ROUTEVIEWS: &str =
    "CC BY 4.0; credit \"University of Oregon RouteViews Project\", https://www.routeviews.org";
const RIS: &str = "RIPE NCC terms for RIS data; credit \"RIPE NCC Routing Information Service (RIS)\", https://ris.ripe.net";

/// The most files of one range: ten days of RouteViews, three and a half of RIS.
const MOST_FILES: i64 = 1_000;

/// The layout of an archive.
struct Archive {
    /// The collector unless one is named.
    usual: &'static str,
    is_ris: bool,
    /// Seconds between files.
    every: i64,
    /// The first month.
    first: &'static str,
    /// The address of the file of a collector that begins at a minute.
    url: fn(&str, Minute) -> String,
    /// The end of the file's name: compression.
    suffix: &'static str,
}

const ROUTEVIEWS_TABLES: Archive = Archive {
    usual: "route-views2",
    is_ris: false,
    every: 2 * 3_600,
    first: "2001-10-26",
    url: |collector, at| routeviews(collector, at, "RIBS/rib"),
    suffix: "bz2",
};
const RIS_TABLES: Archive = Archive {
    usual: "rrc00",
    is_ris: true,
    every: 8 * 3_600,
    first: "1999-10-01",
    url: |collector, at| ris(collector, at, "bview"),
    suffix: "gz",
};
const ROUTEVIEWS_UPDATES: Archive = Archive {
    every: 15 * 60,
    url: |collector, at| routeviews(collector, at, "UPDATES/updates"),
    ..ROUTEVIEWS_TABLES
};
const RIS_UPDATES: Archive =
    Archive { every: 5 * 60, url: |collector, at| ris(collector, at, "updates"), ..RIS_TABLES };

/// Tables and updates of both archives.
pub(crate) const DATASETS: &[Dataset] = &[
    Dataset {
        name: "routeviews-rib",
        about: "whole routing tables of a RouteViews collector (route-views2 unless --collector), every 2 hours",
        published: Published::Tables,
        licence: ROUTEVIEWS,
        usual: 100 * MB,
        limit: 2_000 * MB,
        locate: |ask| tables(ask, &ROUTEVIEWS_TABLES, "rib"),
        ..SET
    },
    Dataset {
        name: "routeviews-updates",
        about: "announcements and withdrawals of a RouteViews collector, a file for every 15 minutes",
        published: Published::Updates,
        licence: ROUTEVIEWS,
        usual: 10 * MB,
        limit: 1_000 * MB,
        locate: |ask| updates(ask, &ROUTEVIEWS_UPDATES),
        ..SET
    },
    Dataset {
        name: "ris-rib",
        about: "whole routing tables of a RIPE RIS collector (rrc00 unless --collector), every 8 hours",
        published: Published::Tables,
        licence: RIS,
        usual: 400 * MB,
        limit: 4_000 * MB,
        locate: |ask| tables(ask, &RIS_TABLES, "bview"),
        ..SET
    },
    Dataset {
        name: "ris-updates",
        about: "announcements and withdrawals of a RIPE RIS collector, a file for every 5 minutes",
        published: Published::Updates,
        licence: RIS,
        usual: 10 * MB,
        limit: 1_000 * MB,
        locate: |ask| updates(ask, &RIS_UPDATES),
        ..SET
    },
];

const SET: Dataset = Dataset {
    name: "",
    about: "",
    purpose: Purpose::Routes,
    published: Published::Tables,
    licence: "",
    usual: 0,
    limit: 0,
    checked: Checked::Publisher,
    locate: |_| Ok(Vec::new()),
};

/// `route-views2` is the only collector of RouteViews without a folder of its own.
fn routeviews(collector: &str, at: Minute, kind: &str) -> String {
    let folder = if collector == "route-views2" { String::new() } else { format!("/{collector}") };
    let (year, month) = at.year_month();
    let (day, clock) = (at.digits(), at.clock());
    format!(
        "https://archive.routeviews.org{folder}/bgpdata/{year}.{month}/{kind}.{day}.{clock}.bz2"
    )
}

fn ris(collector: &str, at: Minute, kind: &str) -> String {
    let (year, month) = at.year_month();
    let (day, clock) = (at.digits(), at.clock());
    format!("https://data.ris.ripe.net/{collector}/{year}.{month}/{kind}.{day}.{clock}.gz")
}

impl Archive {
    fn collectors(&self, ask: &Ask) -> Result<Vec<String>, AskError> {
        if ask.collectors.is_empty() {
            return Ok(vec![self.usual.to_owned()]);
        }
        let ours = ask.collectors.iter().filter(|collector| collector.is_ris() == self.is_ris);
        let mut names: Vec<String> = ours.map(Collector::to_string).collect();
        names.sort();
        names.dedup();
        if names.is_empty() { Err(AskError::NoCollector) } else { Ok(names) }
    }

    fn choice(&self, ask: &Ask, collector: &str, kind: &str, at: Minute) -> Choice {
        let (day, clock, suffix) = (at.digits(), at.clock(), self.suffix);
        Choice {
            url: (self.url)(collector, at),
            file: format!("{}/{collector}.{kind}.{day}.{clock}.{suffix}", folder(ask.at)),
            as_of: at.moment(),
            is_fixed: true,
        }
    }
}

/// The table at the time or the last one before it, up to a day earlier where some are missing.
fn tables(ask: &Ask, archive: &Archive, kind: &str) -> Result<Vec<Wanted>, AskError> {
    let last = since(ask.at, archive.first)?.floor(archive.every);
    let wanted = archive.collectors(ask)?.into_iter().map(|collector| {
        let times = (0..DAY / archive.every).map(|step| last.before(step * archive.every));
        let choices = times.map(|time| archive.choice(ask, &collector, kind, time)).collect();
        Wanted { choices }
    });
    Ok(wanted.collect())
}

/// All updates from the file in which the time falls: to the end of the range, else of the day, else that file alone.
fn updates(ask: &Ask, archive: &Archive) -> Result<Vec<Wanted>, AskError> {
    let begin = since(ask.at, archive.first)?;
    let is_day = ask.at.is_some_and(|time| time.precision() <= Precision::Day);
    let end = match ask.until {
        Some(until) if Minute::of(until) <= begin => return Err(AskError::Backwards { until }),
        Some(until) => Minute::of(until),
        None if is_day => Minute(begin.0 + DAY),
        None => Minute(begin.0 + 1),
    };
    let first = begin.floor(archive.every);
    let files = (end.0 - first.0 + archive.every - 1).div_euclid(archive.every);
    if files > MOST_FILES {
        let count = |files: i64| u64::try_from(files).unwrap_or(0);
        return Err(AskError::TooMany { files: count(files), limit: count(MOST_FILES) });
    }
    let mut wanted = Vec::new();
    for collector in archive.collectors(ask)? {
        for step in 0..files {
            let minute = Minute(first.0 + step * archive.every);
            wanted
                .push(Wanted { choices: vec![archive.choice(ask, &collector, "updates", minute)] });
        }
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(at: &str) -> Ask {
        Ask { at: Some(at.parse().unwrap()), ..Ask::default() }
    }

    fn urls(wanted: &[Wanted]) -> Vec<&str> {
        wanted.iter().map(|wanted| wanted.choices[0].url.as_str()).collect()
    }

    #[test]
    fn a_table_is_the_last_before_the_outage() {
        let wanted = tables(&ask("2014-12-22T16:15Z"), &ROUTEVIEWS_TABLES, "rib").unwrap();
        assert_eq!(
            urls(&wanted),
            ["https://archive.routeviews.org/bgpdata/2014.12/RIBS/rib.20141222.1600.bz2"]
        );
        assert_eq!(wanted[0].choices.len(), 12);
        let last = wanted[0].choices.last().unwrap();
        assert!(last.url.ends_with("rib.20141221.1800.bz2"), "a day before at most: {}", last.url);
        assert_eq!(
            wanted[0].choices[0].file,
            "routes/2014-12-22/route-views2.rib.20141222.1600.bz2"
        );
        let ris = tables(&ask("2014-12-22T16:15Z"), &RIS_TABLES, "bview").unwrap();
        assert_eq!(urls(&ris), ["https://data.ris.ripe.net/rrc00/2014.12/bview.20141222.1600.gz"]);
    }

    #[test]
    fn every_collector_but_one_has_its_folder() {
        let collectors =
            ["route-views.linx", "rrc01", "route-views2"].map(|name| name.parse().unwrap());
        let ask = Ask { collectors: collectors.to_vec(), ..ask("2014-12-22") };
        let wanted = tables(&ask, &ROUTEVIEWS_TABLES, "rib").unwrap();
        assert_eq!(
            urls(&wanted),
            [
                "https://archive.routeviews.org/route-views.linx/bgpdata/2014.12/RIBS/rib.20141222.0000.bz2",
                "https://archive.routeviews.org/bgpdata/2014.12/RIBS/rib.20141222.0000.bz2",
            ]
        );
        let only_ris = Ask { collectors: vec!["rrc01".parse().unwrap()], ..ask };
        assert_eq!(tables(&only_ris, &ROUTEVIEWS_TABLES, "rib"), Err(AskError::NoCollector));
    }

    #[test]
    fn updates_cover_the_range_and_no_more() {
        let range = Ask { until: "2014-12-23T02:00Z".parse().ok(), ..ask("2014-12-22T16:20Z") };
        let wanted = updates(&range, &ROUTEVIEWS_UPDATES).unwrap();
        assert_eq!(wanted.len(), 39);
        assert!(urls(&wanted)[0].ends_with("UPDATES/updates.20141222.1615.bz2"));
        assert!(urls(&wanted)[38].ends_with("2014.12/UPDATES/updates.20141223.0145.bz2"));
        assert_eq!(updates(&ask("2014-12-22"), &RIS_UPDATES).unwrap().len(), 288);
        assert_eq!(updates(&ask("2014-12-22T16:15Z"), &RIS_UPDATES).unwrap().len(), 1);
    }

    #[test]
    fn a_backward_or_endless_range_is_refused() {
        let range = |until: &str| Ask { until: until.parse().ok(), ..ask("2014-12-22") };
        assert!(matches!(
            updates(&range("2014-12-22"), &RIS_UPDATES),
            Err(AskError::Backwards { .. })
        ));
        assert!(matches!(
            updates(&range("2015-12-22"), &RIS_UPDATES),
            Err(AskError::TooMany { .. })
        ));
        assert!(updates(&Ask::default(), &RIS_UPDATES).is_err());
    }
}
