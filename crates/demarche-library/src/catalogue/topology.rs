//! AS relationships, announced prefixes and the names of networks.

use super::ask::{Ask, AskError};
use super::dataset::{Checked, Choice, Dataset, MB, Published, Purpose, Wanted};
use super::day::{DAY, Minute, folder, since};

const CAIDA: &str = "https://publicdata.caida.org/datasets";
const RELATIONSHIPS: &str = "CAIDA acceptable use agreement for public data; cite \"The CAIDA AS Relationships Dataset\" with the date, https://www.caida.org/catalog/datasets/as-relationships/";
const PREFIXES: &str = "CAIDA acceptable use agreement for public data; cite \"Routeviews Prefix to AS mappings Dataset\", https://www.caida.org/catalog/datasets/routeviews-prefix2as/";

/// AS relationships, prefixes and names.
pub(crate) const DATASETS: &[Dataset] = &[
    Dataset {
        name: "caida-as-rel",
        about: "AS relationships, serial-1: providers, customers and peers, inferred from BGP; the first of each month since 1998",
        published: Published::Month,
        licence: RELATIONSHIPS,
        checked: Checked::Others,
        locate: |ask| relationships(ask, "serial-1", "as-rel", "1998-01-01"),
        ..SET
    },
    Dataset {
        name: "caida-as-rel2",
        about: "AS relationships, serial-2: serial-1 with links from traceroutes and route servers; the first of each month since December 2015",
        published: Published::Month,
        licence: RELATIONSHIPS,
        locate: |ask| relationships(ask, "serial-2", "as-rel2", "2015-12-01"),
        ..SET
    },
    Dataset {
        name: "caida-prefix2as",
        about: "IPv4 prefixes and the networks that announce them, from one RouteViews table a day since 9 May 2005",
        licence: PREFIXES,
        usual: 5 * MB,
        locate: |ask| prefixes(ask, "routeviews-prefix2as", &["rv2", "oix"], "2005-05-09"),
        ..SET
    },
    Dataset {
        name: "caida-prefix2as-v6",
        about: "IPv6 prefixes and the networks that announce them, from one RouteViews table a day since 2007",
        licence: PREFIXES,
        usual: 2 * MB,
        locate: |ask| prefixes(ask, "routeviews6-prefix2as", &["rv6"], "2007-01-01"),
        ..SET
    },
    Dataset {
        name: "as-names",
        about: "names and countries of all networks as of today; earlier days are not published",
        published: Published::Latest,
        licence: "published by the RIPE NCC for free use; credit the RIPE NCC",
        usual: 6 * MB,
        checked: Checked::Others,
        locate: |ask| Ok(names(ask)),
        ..SET
    },
];

const SET: Dataset = Dataset {
    name: "",
    about: "",
    purpose: Purpose::Routes,
    published: Published::Day,
    licence: "",
    usual: 2 * MB,
    limit: 100 * MB,
    checked: Checked::Publisher,
    locate: |_| Ok(Vec::new()),
};

/// The file of the month, else of up to two months before it: some months were withdrawn.
fn relationships(
    ask: &Ask,
    serial: &str,
    suffix: &str,
    first: &'static str,
) -> Result<Vec<Wanted>, AskError> {
    let month = since(ask.at, first)?.month();
    let months = [month, month.month_before(), month.month_before().month_before()];
    let beginning = since(first.parse().ok(), first)?;
    let choices = months.into_iter().filter(|month| *month >= beginning).map(|month| {
        let file = format!("{}.{suffix}.txt.bz2", month.digits());
        Choice {
            url: format!("{CAIDA}/as-relationships/{serial}/{file}"),
            file: format!("{}/{file}", folder(ask.at)),
            as_of: month.day(),
            is_fixed: true,
        }
    });
    Ok(vec![Wanted { choices: choices.collect() }])
}

/// The hours of the tables that files are made of, the usual one first: CAIDA takes the table of median size of a day.
const HOURS: [i64; 12] = [12, 10, 14, 8, 16, 6, 18, 4, 20, 2, 22, 0];

/// The file of the day, whatever hour its table is of.
fn prefixes(
    ask: &Ask,
    set: &str,
    collectors: &[&str],
    first: &'static str,
) -> Result<Vec<Wanted>, AskError> {
    let day = since(ask.at, first)?.floor(DAY);
    // The first collector was given up in late March 2008, the second had begun before.
    let is_old = since("2008-04-01".parse().ok(), first).is_ok_and(|change| day < change);
    let of_the_time = collectors.iter().filter(|name| is_old || **name != "oix");
    let (year, month) = day.year_month();
    let choices = of_the_time.flat_map(|name| {
        HOURS.map(|hour| {
            let minute = Minute(day.0 + hour * 3_600);
            let file =
                format!("routeviews-{name}-{}-{}.pfx2as.gz", minute.digits(), minute.clock());
            Choice {
                url: format!("{CAIDA}/routing/{set}/{year}/{month}/{file}"),
                file: format!("{}/{file}", folder(ask.at)),
                as_of: minute.moment(),
                is_fixed: true,
            }
        })
    });
    Ok(vec![Wanted { choices: choices.collect() }])
}

fn names(ask: &Ask) -> Vec<Wanted> {
    let choice = Choice {
        url: "https://ftp.ripe.net/ripe/asnames/asn.txt".to_owned(),
        file: format!("{}/as-names.txt", folder(ask.at)),
        as_of: None,
        is_fixed: false,
    };
    vec![Wanted { choices: vec![choice] }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(at: &str) -> Ask {
        Ask { at: Some(at.parse().unwrap()), ..Ask::default() }
    }

    #[test]
    fn relationships_are_those_of_the_month_and_never_later() {
        let wanted = relationships(&ask("2014-12-22"), "serial-1", "as-rel", "1998-01-01").unwrap();
        let urls: Vec<_> = wanted[0].choices.iter().map(|choice| choice.url.as_str()).collect();
        assert_eq!(
            urls,
            ["20141201", "20141101", "20141001"].map(|day| format!(
                "https://publicdata.caida.org/datasets/as-relationships/serial-1/{day}.as-rel.txt.bz2"
            ))
        );
        assert_eq!(wanted[0].choices[0].file, "routes/2014-12-22/20141201.as-rel.txt.bz2");
        let first = relationships(&ask("2015-12-31"), "serial-2", "as-rel2", "2015-12-01").unwrap();
        assert_eq!(first[0].choices.len(), 1);
    }

    #[test]
    fn prefixes_are_tried_at_every_hour_of_the_day() {
        let sets = ["rv2", "oix"];
        let wanted =
            prefixes(&ask("2014-12-02T23:00Z"), "routeviews-prefix2as", &sets, "2005-05-09")
                .unwrap();
        assert_eq!(wanted[0].choices.len(), 12);
        assert_eq!(
            wanted[0].choices[0].url,
            "https://publicdata.caida.org/datasets/routing/routeviews-prefix2as/2014/12/routeviews-rv2-20141202-1200.pfx2as.gz"
        );
        let old =
            prefixes(&ask("2007-06-01"), "routeviews-prefix2as", &sets, "2005-05-09").unwrap();
        assert_eq!(old[0].choices.len(), 24);
    }
}
