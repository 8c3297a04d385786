//! The place where the boxes of a layered drawing stand: few crossings, straight lines, the same every time.
//!
//! Layers are columns. A link over several columns is led through an invisible box in each, so that it passes
//! between the others. Source: Sugiyama, Tagawa and Toda (1981), "Methods for visual understanding of
//! hierarchical system structures"; the distances within a column are a least-squares fit that keeps the order
//! (pool adjacent violators, Barlow et al. 1972).

use demarche_case::number::float;
/// Sweeps over the columns; more do not change drawings of the size that paper holds.
const SWEEPS: usize = 16;

/// One box.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    /// Its column, from 0.
    pub(crate) layer: usize,
    /// Its height with the space around it.
    pub(crate) height: f64,
}

/// One link; its ends are places in the list of items.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    /// The end in the lower column, or any end within one column.
    pub(crate) from: usize,
    /// The other end.
    pub(crate) to: usize,
    /// The width of the line.
    pub(crate) width: f64,
}

/// The place where everything stands.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The middle of each item, downwards from 0.
    pub(crate) middles: Vec<f64>,
    /// For each link, the height at which it passes each column between its ends, from `from` to `to`.
    pub(crate) bends: Vec<Vec<f64>>,
    /// The height of the whole.
    pub(crate) height: f64,
}

/// Places the items, whose order within a column is the order to begin with.
pub(crate) fn lay_out(items: &[Item], links: &[Link]) -> Layout {
    let mut drawing = Drawing::new(items, links);
    drawing.uncross();
    drawing.place();
    let top = drawing.extent().map(|(middle, half)| middle - half).fold(f64::INFINITY, f64::min);
    let bottom =
        drawing.extent().map(|(middle, half)| middle + half).fold(f64::NEG_INFINITY, f64::max);
    let top = if top.is_finite() { top } else { 0.0 };
    let middle = |item: &usize| drawing.middles.get(*item).copied().unwrap_or(top) - top;
    Layout {
        middles: (0..items.len()).map(|item| middle(&item)).collect(),
        bends: drawing.bends.iter().map(|bends| bends.iter().map(middle).collect()).collect(),
        height: (bottom - top).max(0.0),
    }
}

/// The items and the invisible boxes of long links, and the edges between neighbouring columns.
struct Drawing {
    layers: Vec<Vec<usize>>,
    heights: Vec<f64>,
    middles: Vec<f64>,
    /// Neighbours in the lower and in the higher column, each with the weight of the edge.
    lower: Vec<Vec<(usize, f64)>>,
    higher: Vec<Vec<(usize, f64)>>,
    bends: Vec<Vec<usize>>,
}

impl Drawing {
    fn new(items: &[Item], links: &[Link]) -> Self {
        let depth = items.iter().map(|item| item.layer + 1).max().unwrap_or(0);
        let mut drawing = Self {
            layers: vec![Vec::new(); depth],
            heights: Vec::new(),
            middles: Vec::new(),
            lower: Vec::new(),
            higher: Vec::new(),
            bends: Vec::new(),
        };
        for item in items {
            drawing.add(item.layer, item.height);
        }
        for link in links {
            drawing.connect(items, *link);
        }
        drawing
    }

    fn add(&mut self, layer: usize, height: f64) -> usize {
        let item = self.heights.len();
        self.heights.push(height);
        self.middles.push(0.0);
        self.lower.push(Vec::new());
        self.higher.push(Vec::new());
        if let Some(layer) = self.layers.get_mut(layer) {
            layer.push(item);
        }
        item
    }

    fn connect(&mut self, items: &[Item], link: Link) {
        let mut bends = Vec::new();
        if let (Some(from), Some(to)) = (items.get(link.from), items.get(link.to)) {
            let mut near = link.from;
            for layer in from.layer + 1..to.layer {
                let bend = self.add(layer, link.width + 8.0);
                bends.push(bend);
                self.edge(near, bend, 3.0 + link.width);
                near = bend;
            }
            if from.layer < to.layer {
                self.edge(near, link.to, 1.0 + link.width);
            }
        }
        self.bends.push(bends);
    }

    fn edge(&mut self, near: usize, far: usize, weight: f64) {
        if let Some(edges) = self.higher.get_mut(near) {
            edges.push((far, weight));
        }
        if let Some(edges) = self.lower.get_mut(far) {
            edges.push((near, weight));
        }
    }

    /// Orders each column by the mean place of its neighbours, forth and back, and keeps the best order met.
    fn uncross(&mut self) {
        let mut best = (self.crossings(), self.layers.clone());
        for sweep in 0..SWEEPS {
            let forth = sweep.is_multiple_of(2);
            let depth = self.layers.len();
            for step in 1..depth {
                let layer = if forth { step } else { depth - step - 1 };
                self.order_layer(layer, forth);
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.layers.clone());
            }
        }
        self.layers = best.1;
    }

    fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.heights.len()];
        for layer in &self.layers {
            for (index, item) in layer.iter().enumerate() {
                if let Some(slot) = places.get_mut(*item) {
                    *slot = index;
                }
            }
        }
        places
    }

    fn order_layer(&mut self, layer: usize, forth: bool) {
        let places = self.places();
        let sides = if forth { &self.lower } else { &self.higher };
        let Some(items) = self.layers.get_mut(layer) else { return };
        let mut keyed: Vec<(f64, usize)> = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let edges = sides.get(*item).map_or(&[][..], Vec::as_slice);
                let position = |index: usize| float(places[index]);
                (mean(edges, position).unwrap_or(float(index)), *item)
            })
            .collect();
        keyed.sort_by(|left, right| left.0.total_cmp(&right.0));
        *items = keyed.into_iter().map(|(_, item)| item).collect();
    }

    /// Pairs of edges between neighbouring columns that cross.
    fn crossings(&self) -> usize {
        let places = self.places();
        let position = |item: usize| places[item];
        let mut crossings = 0_usize;
        for layer in &self.layers {
            let mut edges: Vec<(usize, usize)> = Vec::new();
            for item in layer {
                let far = self.higher.get(*item).into_iter().flatten();
                edges.extend(far.map(|(far, _)| (position(*item), position(*far))));
            }
            for (number, left) in edges.iter().enumerate() {
                let crossed = edges.iter().skip(number + 1).filter(|right| {
                    (left.0 < right.0 && left.1 > right.1) || (left.0 > right.0 && left.1 < right.1)
                });
                crossings += crossed.count();
            }
        }
        crossings
    }

    /// Moves every item towards its neighbours without changing an order.
    fn place(&mut self) {
        for layer in 0..self.layers.len() {
            self.fit(layer, |_, _| Some(0.0));
        }
        for sweep in 0..2 * SWEEPS {
            let depth = self.layers.len();
            for step in 0..depth {
                let forth = sweep.is_multiple_of(2);
                let layer = if forth { step } else { depth - step - 1 };
                self.fit(layer, |drawing, item| {
                    let sides = [drawing.lower.get(item), drawing.higher.get(item)];
                    let edges: Vec<(usize, f64)> =
                        sides.into_iter().flatten().flatten().copied().collect();
                    mean(&edges, |right| drawing.middles[right])
                });
            }
        }
    }

    /// Puts the items of a column as near as can be to where they want to be; who wants nothing stays.
    fn fit(&mut self, layer: usize, wish: impl Fn(&Self, usize) -> Option<f64>) {
        let items = self.layers[layer].clone();
        let height = |item: usize| self.heights[item];
        let stay = |item: usize| self.middles[item];
        let mut offset = 0.0;
        let mut offsets = Vec::new();
        // Blocks of items that touch: the sum of what they want, and how many they are.
        let mut blocks: Vec<(f64, f64)> = Vec::new();
        for item in &items {
            offset += height(*item) / 2.0;
            offsets.push(offset);
            let mut block = (wish(self, *item).unwrap_or_else(|| stay(*item)) - offset, 1.0);
            offset += height(*item) / 2.0;
            while let Some(last) = blocks.pop_if(|last| last.0 / last.1 > block.0 / block.1) {
                block = (last.0 + block.0, last.1 + block.1);
            }
            blocks.push(block);
        }
        let mut wanted = blocks.iter().flat_map(|(sum, count)| repeat(sum / count, *count));
        for (item, offset) in items.iter().zip(offsets) {
            if let (Some(middle), Some(wanted)) = (self.middles.get_mut(*item), wanted.next()) {
                *middle = wanted + offset;
            }
        }
    }

    fn extent(&self) -> impl Iterator<Item = (f64, f64)> {
        self.middles.iter().zip(&self.heights).map(|(middle, height)| (*middle, height / 2.0))
    }
}

/// `value` as often as `count` says, a whole number that came from adding ones.
fn repeat(value: f64, count: f64) -> impl Iterator<Item = f64> {
    let mut left = count;
    std::iter::from_fn(move || {
        left -= 1.0;
        (left > -0.5).then_some(value)
    })
}

fn mean(edges: &[(usize, f64)], position: impl Fn(usize) -> f64) -> Option<f64> {
    let weight: f64 = edges.iter().map(|(_, weight)| weight).sum();
    let sum: f64 = edges.iter().map(|(right, weight)| position(*right) * weight).sum();
    (weight > 0.0).then(|| sum / weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(layers: &[usize]) -> Vec<Item> {
        layers.iter().map(|layer| Item { layer: *layer, height: 10.0 }).collect()
    }

    fn link(from: usize, to: usize) -> Link {
        Link { from, to, width: 1.0 }
    }

    #[test]
    fn a_crossing_that_can_be_undone_is_undone() {
        let layout = lay_out(&items(&[0, 0, 1, 1]), &[link(0, 3), link(1, 2)]);
        let [a, b, c, d] = layout.middles[..] else { panic!("four items") };
        assert_eq!(a < b, d < c);
    }

    #[test]
    fn boxes_of_a_column_never_overlap() {
        let layers: Vec<usize> = (0..60).map(|item| item % 4).collect();
        let links: Vec<Link> = (0..60)
            .flat_map(|item| [link(item, (item * 7) % 60), link(item, (item * 11) % 60)])
            .collect();
        let links: Vec<Link> =
            links.into_iter().filter(|link| layers[link.from] < layers[link.to]).collect();
        let layout = lay_out(&items(&layers), &links);
        for left in 0..60 {
            for right in (left + 1)..60 {
                let apart = (layout.middles[left] - layout.middles[right]).abs();
                assert!(layers[left] != layers[right] || apart > 9.99, "{left} {right}");
            }
        }
        assert!(layout.middles.iter().all(|middle| (5.0..=layout.height - 4.99).contains(middle)));
    }

    #[test]
    fn a_long_link_has_a_bend_in_each_column_between() {
        let layout = lay_out(&items(&[0, 1, 2, 3]), &[link(0, 3), link(0, 1)]);
        assert_eq!(layout.bends[0].len(), 2);
        assert!(layout.bends[1].is_empty());
        assert!((layout.bends[0][0] - layout.middles[1]).abs() > 9.0, "it passes beside the box");
    }

    #[test]
    fn nothing_is_laid_out_as_nothing() {
        let layout = lay_out(&[], &[]);
        assert!(layout.middles.is_empty() && layout.height.abs() < f64::EPSILON);
    }
}
