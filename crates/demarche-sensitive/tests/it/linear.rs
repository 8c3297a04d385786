//! The time of a scan follows the length of the text, whatever stands in it.

use std::time::Duration;

use demarche_sensitive::Shape;

use crate::support::findings;

/// Words that make a rule look around, a line of tabs, and marks that begin a block.
const PIECES: [&str; 24] = [
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
    "12 ",
];

/// The least time of three scans of a piece that is repeated up to a length in bytes.
#[expect(clippy::disallowed_methods, reason = "the test is about time, and compares two of them")]
fn time(piece: &str, length: usize, shape: Shape) -> Duration {
    let text = piece.repeat(length / piece.len());
    let scan = || {
        let start = std::time::Instant::now();
        findings(&text, shape);
        start.elapsed()
    };
    scan().min(scan()).min(scan())
}

#[test]
fn sixteen_times_the_text_takes_no_more_than_five_times_the_time_a_byte() {
    for piece in PIECES {
        for shape in [Shape::Prose, Shape::Table] {
            let (short, long) = (time(piece, 4 << 10, shape), time(piece, 64 << 10, shape));
            // A quadratic rule is at 256 times.
            assert!(
                long < short * 80 + Duration::from_millis(20),
                "{piece:?} {shape:?}: {short:?}, {long:?}"
            );
        }
    }
}

#[test]
fn a_row_of_many_cells_costs_as_much_as_many_rows_of_one_cell() {
    let (row, rows) =
        (time("1.2\t", 64 << 10, Shape::Table), time("1.2\n", 64 << 10, Shape::Table));
    assert!(row < rows * 10, "{row:?}, {rows:?}");
}
