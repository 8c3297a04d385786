/// Addresses that come in any order and are asked for the next one after another.
///
/// New ones wait unsorted until there are many, so that neither adding nor asking is slow.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    sorted: Vec<u64>,
    fresh: Vec<u64>,
}

impl Addresses {
    /// Adds one; adding it again changes nothing.
    pub(crate) fn add(&mut self, address: u64) {
        const MOST: usize = 4096;
        self.fresh.push(address);
        if self.fresh.len() >= MOST {
            self.sorted.append(&mut self.fresh);
            self.sorted.sort();
            self.sorted.dedup();
        }
    }

    /// The lowest one above an address.
    pub(crate) fn after(&self, address: u64) -> Option<u64> {
        let next = self.sorted.partition_point(|&sorted| sorted <= address);
        let fresh = self.fresh.iter().copied().filter(|&fresh| fresh > address);
        fresh.chain(self.sorted.get(next).copied()).min()
    }

    /// Returns true if an address is among them.
    pub(crate) fn contains(&self, address: u64) -> bool {
        self.sorted.binary_search(&address).is_ok() || self.fresh.contains(&address)
    }
}

#[cfg(test)]
mod tests {
    use super::Addresses;

    #[test]
    fn the_next_one_is_found_however_many_there_are() {
        let mut addresses = Addresses::default();
        (0..10_000).rev().for_each(|number| addresses.add(number * 2));
        assert_eq!(addresses.after(6), Some(8));
        assert_eq!(addresses.after(7), Some(8));
        assert_eq!(addresses.after(19_998), None);
        assert!(addresses.contains(2) && addresses.contains(19_998) && !addresses.contains(3));
    }
}
