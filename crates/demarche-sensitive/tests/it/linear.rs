//! The time of a scan follows the length of the text, whatever stands in it.

use std::time::Duration;

use demarche_sensitive::Layout;

use crate::support::findings;

/// Words that make a rule look around, a line of tabs, and marks that begin a block.
const PIECES: [&str; 34] = [
    "password: ",
    "password ",
    "password x ",
    "password\t",
    "password\n",
    "passphrase is a b ",
    "passphrase:\n\n",
    "PIN is 1234 ",
    "login: x ",
    "forgot password ",
    "born ",
    "3.4.1985 geboren ",
    "昭和60年4月3日 ",
    "passport\n\n",
    "salary 1,500 ",
    "account 12345678 ",
    "id=4111111111111111 ",
    "diagnosis diabetes ",
    "api key ",
    "privileged ",
    "-----BEGIN ",
    "http://a:b",
    "1.2\t",
    "{\"ssn\":\"301-44-9012\",\"dob\":\"1985-03-12\",\"password\":\"Tulpe99!\"},",
    "{\"salary\":52000,\"passport\":\"X1234567\",\"t\":\"a\\u00e9\\/\"},",
    "INSERT INTO t (ssn, dob) VALUES ('301-44-9012', '1985-03-12');\n",
    "INSERT INTO t (password) VALUES ((",
    "CREATE TABLE t (dob '",
    "COPY t (dob) FROM stdin;\n1985-03-12\n",
    "| dob | pay |\n|---|---|\n| 1985-03-12 | 52,000 |\n",
    "name      dob\nAda       1985-03-12\n",
    "12 ",
    "a card whose number is told here and there in this line 4111111\n111111111 ",
    "seed phrase is legal winner thank year wave sausage worth useful legal winner thank ",
];

/// The times of a comparison on a busy machine: one of them must be right, and a rule that is slow is so each time.
const TRIES: usize = 6;

/// The time that a busy machine may take away from a short scan.
const UNSEEN: Duration = Duration::from_millis(50);

/// The time of a scan of a piece that is repeated up to a length in bytes.
fn time(piece: &str, length: usize, layout: Layout) -> Duration {
    time_of(&piece.repeat(length / piece.len()), layout)
}

/// Headings and a row below them, for columns whose values are judged by their heading.
const TABLES: [(&str, &str); 5] = [
    ("id\tdob", "1\t1985-03-12"),
    ("id\tpassport", "1\tX1234567"),
    ("id\tsalary", "1\t52000"),
    ("id\tssn\tphone", "1\t301449012\t030 1234567"),
    ("id\tpassword\tIBAN", "1\tTulpe99!\tDE89370400440532013000"),
];

/// The time of a scan of a text.
#[expect(clippy::disallowed_methods, reason = "the test is about time, and compares two of them")]
fn time_of(text: &str, layout: Layout) -> Duration {
    let start = std::time::Instant::now();
    findings(text, layout);
    start.elapsed()
}

#[test]
fn four_times_the_rows_below_a_heading_take_no_more_than_ten_times_the_time() {
    for (heading, row) in TABLES {
        for layout in [Layout::Prose, Layout::Table] {
            let rows = |length: usize| {
                format!("{heading}\n{}", format!("{row}\n").repeat(length / row.len()))
            };
            let (long, short) = (rows(384 << 10), rows(96 << 10));
            let is_linear = |_| time_of(&long, layout) < time_of(&short, layout) * 10 + UNSEEN;
            assert!((0..TRIES).any(is_linear), "{heading:?} {layout:?}");
        }
    }
}

#[test]
fn four_times_the_text_takes_no_more_than_ten_times_the_time() {
    for piece in PIECES {
        for layout in [Layout::Prose, Layout::Table] {
            // A quadratic rule is at sixteen times. Both texts are long enough to be interrupted by other programs alike.
            let is_linear =
                |_| time(piece, 192 << 10, layout) < time(piece, 48 << 10, layout) * 10 + UNSEEN;
            assert!((0..TRIES).any(is_linear), "{piece:?} {layout:?}");
        }
    }
}

#[test]
fn a_row_of_many_cells_costs_as_much_as_many_rows_of_one_cell() {
    let is_equal = |_| {
        let row = time("1.2\t", 64 << 10, Layout::Table);
        row < time("1.2\n", 64 << 10, Layout::Table) * 10 + UNSEEN
    };
    assert!((0..TRIES).any(is_equal));
}
