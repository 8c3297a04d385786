use demarche_case::assessment::code::{CodeLine, LinePair};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The most instructions of a function that are set side by side; nobody reads more.
const LONGEST: usize = 1_000;

/// An instruction as it is shown and as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Its address.
    pub address: u64,
    /// Its text.
    pub text: String,
    /// A hash of the parts that stay the same in another build: its operation and the kinds of its operands.
    pub shape: u64,
}

impl Instruction {
    fn line(&self) -> CodeLine {
        CodeLine { address: self.address, text: self.text.clone() }
    }
}

/// Two functions side by side: instructions of one shape in one row, the others alone or opposite each other.
///
/// Only the first 1,000 instructions of each are compared.
#[must_use]
pub fn side_by_side(left: &[Instruction], right: &[Instruction]) -> Vec<LinePair> {
    let cut = |all: &[Instruction]| all.len().min(LONGEST);
    let left = &left[..cut(left)];
    let right = &right[..cut(right)];
    let shapes =
        |all: &[Instruction]| all.iter().map(|instruction| instruction.shape).collect::<Vec<_>>();
    let operations = capture_diff_slices(Algorithm::Patience, &shapes(left), &shapes(right));
    operations.into_iter().flat_map(|operation| rows(operation, left, right)).collect()
}

/// The rows of one stretch of equal or different instructions.
fn rows(operation: DiffOp, left: &[Instruction], right: &[Instruction]) -> Vec<LinePair> {
    let is_same = matches!(operation, DiffOp::Equal { .. });
    let lines = |all: &[Instruction], range: std::ops::Range<usize>| -> Vec<CodeLine> {
        all[range].iter().map(Instruction::line).collect()
    };
    let mut left = lines(left, operation.old_range()).into_iter();
    let mut right = lines(right, operation.new_range()).into_iter();
    let mut rows = Vec::new();
    loop {
        let (left, right) = (left.next(), right.next());
        if left.is_none() && right.is_none() {
            return rows;
        }
        rows.push(LinePair { left, right, is_same });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(shapes: &[u64]) -> Vec<Instruction> {
        let instruction = |(index, shape): (usize, &u64)| Instruction {
            address: index as u64,
            text: shape.to_string(),
            shape: *shape,
        };
        shapes.iter().enumerate().map(instruction).collect()
    }

    fn shown(rows: &[LinePair]) -> String {
        let text = |line: &Option<CodeLine>| {
            line.as_ref().map_or("·".to_owned(), |line| line.text.clone())
        };
        let row = |row: &LinePair| {
            format!(
                "{}{}{}",
                text(&row.left),
                if row.is_same { "=" } else { "|" },
                text(&row.right)
            )
        };
        rows.iter().map(row).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn equal_shapes_share_a_row() {
        let rows = side_by_side(&function(&[1, 2, 3, 9, 4]), &function(&[1, 3, 7, 8, 4, 5]));
        assert_eq!(shown(&rows), "1=1 2|· 3=3 9|7 ·|8 4=4 ·|5");
    }

    #[test]
    fn every_instruction_is_shown_once() {
        arbtest::arbtest(|data| {
            let (left, right): (Vec<u8>, Vec<u8>) = (data.arbitrary()?, data.arbitrary()?);
            let wide = |all: &[u8]| all.iter().map(|byte| u64::from(byte % 5)).collect::<Vec<_>>();
            let (left, right) = (function(&wide(&left)), function(&wide(&right)));
            let rows = side_by_side(&left, &right);
            let lefts: Vec<_> = rows.iter().filter_map(|row| row.left.clone()).collect();
            let rights: Vec<_> = rows.iter().filter_map(|row| row.right.clone()).collect();
            assert_eq!(lefts, left.iter().map(Instruction::line).collect::<Vec<_>>());
            assert_eq!(rights, right.iter().map(Instruction::line).collect::<Vec<_>>());
            Ok(())
        });
    }
}
