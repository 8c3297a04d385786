//! A writer of personal folders files in all three layouts, to test the reader with what no real file has.
//!
//! Written after \[MS-PST\]; `readpst` reads what comes out.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

#[path = "../../src/pst/cipher.rs"]
mod cipher;

pub(crate) use cipher::Cipher;

/// The layout of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Ansi,
    Unicode,
    Large,
}

/// The value of a property.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Number(u32),
    Time(u64),
    Wide(String),
    Narrow(Vec<u8>),
    Bytes(Vec<u8>),
    /// A node of the node that has the property.
    Object(u32),
}

impl Value {
    fn kind(&self) -> u16 {
        match self {
            Self::Number(_) => 0x0003,
            Self::Time(_) => 0x0040,
            Self::Wide(_) => 0x001f,
            Self::Narrow(_) => 0x001e,
            Self::Bytes(_) => 0x0102,
            Self::Object(_) => 0x000d,
        }
    }

    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Number(number) => number.to_le_bytes().to_vec(),
            Self::Time(time) => time.to_le_bytes().to_vec(),
            Self::Wide(text) => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Narrow(bytes) | Self::Bytes(bytes) => bytes.clone(),
            Self::Object(node) => [node.to_le_bytes(), 0_u32.to_le_bytes()].concat(),
        }
    }
}

/// Properties by number.
pub(crate) type Properties = Vec<(u16, Value)>;

pub(crate) fn text(text: &str) -> Value {
    Value::Wide(text.to_owned())
}

/// A message to be written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Message {
    pub(crate) properties: Properties,
    pub(crate) recipients: Vec<Properties>,
    pub(crate) attachments: Vec<Attachment>,
}

/// An attachment to be written.
#[derive(Clone, Debug)]
pub(crate) struct Attachment {
    pub(crate) name: String,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Bytes(Vec<u8>),
    Message(Box<Message>),
    Object(Vec<u8>),
    Link,
}

/// The data and the inner nodes of a node.
type Node = (u64, u64);

/// A file that is being written.
pub(crate) struct Writer<W> {
    out: W,
    layout: Layout,
    cipher: Cipher,
    offset: u64,
    next: u64,
    next_node: u32,
    blocks: Vec<(u64, u64, usize, usize)>,
    nodes: Vec<(u32, Node, u32)>,
}

/// The property with which a list of properties has eight levels, each piece of which leads 150 times to the same one.
pub(crate) const LOOPED: u16 = 0x6fff;

/// The inbox.
pub(crate) const INBOX: u32 = 0x8042;
const TOP: u32 = 0x8022;
const ROOT: u32 = 0x122;

/// Behind header and maps.
const START: u64 = 0x4600;

impl<W: Write> Writer<W> {
    pub(crate) fn new(mut out: W, layout: Layout, cipher: Cipher) -> Self {
        out.write_all(&vec![0; usize::try_from(START).unwrap()]).unwrap();
        let (blocks, nodes) = (Vec::new(), Vec::new());
        let mut writer = Self {
            out,
            layout,
            cipher,
            offset: START,
            next: 4,
            next_node: 0x1_0000,
            blocks,
            nodes,
        };
        let mut entry = vec![0; 20];
        entry.extend(TOP.to_le_bytes());
        let store = vec![(0x35e0, Value::Bytes(entry)), (0x3001, text("store"))];
        writer.top(0x21, store, 0);
        // The first number that the file gives itself is that of the first address of a contact.
        let contacts = b"\x04\x20\x06\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
        let entry_of_address = vec![0x83, 0x80, 0, 0, 6, 0, 0, 0];
        let names = vec![
            (1, Value::Number(251)),
            (2, Value::Bytes(contacts.to_vec())),
            (3, Value::Bytes(entry_of_address)),
            (4, Value::Bytes(Vec::new())),
        ];
        writer.top(0x61, names, 0);
        writer.folder(ROOT, ROOT, "");
        writer.folder(TOP, ROOT, "Top");
        writer.folder(INBOX, TOP, "Inbox");
        writer
    }

    fn is_large(&self) -> bool {
        self.layout == Layout::Large
    }

    fn width(&self) -> usize {
        if self.layout == Layout::Ansi { 4 } else { 8 }
    }

    /// A number of a block or an offset.
    fn number(&self, number: u64) -> Vec<u8> {
        number.to_le_bytes()[..self.width()].to_vec()
    }

    /// The most bytes of a block.
    fn most(&self) -> usize {
        match self.layout {
            Layout::Ansi => 8180,
            Layout::Unicode => 8176,
            Layout::Large => 65_512,
        }
    }

    fn put(&mut self, bytes: &[u8]) -> u64 {
        let offset = self.offset;
        self.out.write_all(bytes).unwrap();
        self.offset += u64::try_from(bytes.len()).unwrap();
        offset
    }

    fn trailer(&self, number: u64, offset: u64, size: usize, checksum: u32) -> Vec<u8> {
        let mixed = u32::try_from((offset ^ number) & 0xffff_ffff).unwrap();
        let mixed = mixed >> 16 ^ mixed & 0xffff;
        let mut trailer = u16::try_from(size).unwrap().to_le_bytes().to_vec();
        trailer.extend(u16::try_from(mixed).unwrap().to_le_bytes());
        if self.layout == Layout::Ansi {
            trailer.extend(self.number(number));
            trailer.extend(checksum.to_le_bytes());
        } else {
            trailer.extend(checksum.to_le_bytes());
            trailer.extend(self.number(number));
        }
        if self.is_large() {
            trailer.extend([0; 8]);
        }
        trailer
    }

    fn block(&mut self, bytes: &[u8], is_internal: bool) -> u64 {
        let number = self.next | if is_internal { 2 } else { 0 };
        self.next += 4;
        let mut stored = bytes.to_vec();
        if !is_internal {
            encrypt(self.cipher, &mut stored, number);
        }
        if self.is_large() && bytes.len() > 64 {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&stored).unwrap();
            let packed = encoder.finish().unwrap();
            if packed.len() < stored.len() {
                stored = packed;
            }
        }
        let (size, offset) = (stored.len(), self.offset);
        let (trailer, step) = match self.layout {
            Layout::Ansi => (12, 64),
            Layout::Unicode => (16, 64),
            Layout::Large => (24, 512),
        };
        let trailer_bytes = self.trailer(number, offset, size, checksum(&stored));
        stored.resize((size + trailer).next_multiple_of(step) - trailer, 0);
        stored.extend(trailer_bytes);
        self.put(&stored);
        self.blocks.push((number, offset, size, bytes.len()));
        number
    }

    /// Writes data of any size.
    fn data(&mut self, bytes: &[u8]) -> u64 {
        let most = self.most();
        if bytes.len() <= most {
            return if bytes.is_empty() { 0 } else { self.block(bytes, false) };
        }
        let numbers: Vec<u64> = bytes.chunks(most).map(|bytes| self.block(bytes, false)).collect();
        self.list(&numbers, bytes.len(), 1)
    }

    /// Writes a block that lists others.
    fn list(&mut self, numbers: &[u64], size: usize, level: u8) -> u64 {
        // Small, so that lists of lists come up soon.
        let most = 64;
        let mut lists = Vec::new();
        for chunk in numbers.chunks(if level == 1 { most } else { 1000 }) {
            let mut bytes = vec![1, level];
            bytes.extend(u16::try_from(chunk.len()).unwrap().to_le_bytes());
            let size = size.min(chunk.len() * self.most());
            bytes.extend(u32::try_from(size).unwrap().to_le_bytes());
            bytes.extend(chunk.iter().flat_map(|number| self.number(*number)));
            lists.push(self.block(&bytes, true));
        }
        if lists.len() > 1 { self.list(&lists, size, level + 1) } else { lists[0] }
    }

    /// Writes the list of inner nodes.
    fn inner(&mut self, nodes: &[(u32, Node)]) -> u64 {
        let mut lists = Vec::new();
        let filler = vec![0; self.width() - 4];
        for chunk in nodes.chunks(100) {
            let mut bytes = vec![2, 0];
            bytes.extend(u16::try_from(chunk.len()).unwrap().to_le_bytes());
            bytes.extend(&filler);
            for (number, (data, inner)) in chunk {
                bytes.extend(self.number((*number).into()));
                bytes.extend(self.number(*data));
                bytes.extend(self.number(*inner));
            }
            lists.push((chunk[0].0, self.block(&bytes, true)));
        }
        match lists.as_slice() {
            [] => 0,
            [(_, list)] => *list,
            lists => {
                let mut bytes = vec![2, 1];
                bytes.extend(u16::try_from(lists.len()).unwrap().to_le_bytes());
                bytes.extend(&filler);
                for (number, list) in lists {
                    bytes.extend(self.number((*number).into()));
                    bytes.extend(self.number(*list));
                }
                self.block(&bytes, true)
            }
        }
    }

    fn new_node(&mut self, kind: u32) -> u32 {
        self.next_node += 0x20;
        self.next_node | kind
    }

    /// Writes properties with inner nodes beside those of their values.
    fn properties(&mut self, mut properties: Properties, mut inner: Vec<(u32, Node)>) -> Node {
        properties.sort_by_key(|(id, _)| *id);
        let mut heap = Heap::new(self.layout);
        let root = heap.add(&[]);
        let mut records = Vec::new();
        for (id, value) in &properties {
            let bytes = value.bytes();
            let cell = match value {
                Value::Number(number) => *number,
                _ if bytes.is_empty() => 0,
                _ if bytes.len() <= 3500 => heap.add(&bytes),
                _ => {
                    let node = self.new_node(0x1f);
                    inner.push((node, (self.data(&bytes), 0)));
                    node
                }
            };
            records.extend(id.to_le_bytes());
            records.extend(value.kind().to_le_bytes());
            records.extend(cell.to_le_bytes());
        }
        let mut records = heap.add(&records);
        let is_looped = properties.iter().any(|(id, _)| *id == LOOPED);
        let levels = if is_looped { 8 } else { 0 };
        for _ in 0..levels {
            let entry = [&[0, 0][..], &records.to_le_bytes()].concat();
            records = heap.add(&entry.repeat(150));
        }
        heap.blocks[0][0] = [&[0xb5, 2, 6, levels][..], &records.to_le_bytes()].concat();
        let data = self.heap(&heap, 0xbc, root);
        inner.sort_by_key(|(number, _)| *number);
        (data, self.inner(&inner))
    }

    /// Writes a table; its rows lie in an inner node where they are many.
    fn table(&mut self, columns: &[(u16, u16)], rows: &[(u32, Properties)]) -> Node {
        let mut heap = Heap::new(self.layout);
        let root = heap.add(&[]);
        let mut columns = [&[(0x67f2, 3), (0x67f3, 3)][..], columns].concat();
        let width = 4 * columns.len() + columns.len().div_ceil(8);
        let mut matrix = Vec::new();
        let mut index = Vec::new();
        for (count, (number, cells)) in rows.iter().enumerate() {
            let mut row = number.to_le_bytes().to_vec();
            row.extend([0; 4]);
            let mut bits = vec![0_u8; columns.len().div_ceil(8)];
            bits[0] = 0xc0;
            for (bit, (id, _)) in columns.iter().enumerate().skip(2) {
                let value = cells.iter().find(|(own, _)| own == id).map(|(_, value)| value);
                if value.is_some() {
                    bits[bit / 8] |= 0x80 >> (bit % 8);
                }
                let cell = match value {
                    None => 0,
                    Some(Value::Number(number)) => *number,
                    Some(value) => heap.add(&value.bytes()),
                };
                row.extend(cell.to_le_bytes());
            }
            row.extend(bits);
            matrix.push(row);
            index.extend(number.to_le_bytes());
            let count = u32::try_from(count).unwrap().to_le_bytes();
            index.extend(&count[..if self.layout == Layout::Ansi { 2 } else { 4 }]);
        }
        let index_head = heap.add(&[]);
        let index = if index.is_empty() { 0 } else { heap.add(&index) };
        let entry = if self.layout == Layout::Ansi { 2 } else { 4 };
        heap.set(index_head, [&[0xb5, 4, entry, 0][..], &index.to_le_bytes()].concat());
        let mut inner = Vec::new();
        let rows_in = if matrix.concat().len() <= 2000 {
            if matrix.is_empty() { 0 } else { heap.add(&matrix.concat()) }
        } else {
            let node = self.new_node(0x1f);
            let in_block = self.most() / width;
            let blocks: Vec<u64> = matrix
                .chunks(in_block)
                .map(|rows| {
                    let mut bytes = rows.concat();
                    if rows.len() == in_block {
                        bytes.resize(self.most(), 0);
                    }
                    self.block(&bytes, false)
                })
                .collect();
            let data = match blocks.as_slice() {
                [block] => *block,
                blocks => self.list(blocks, matrix.concat().len(), 1),
            };
            inner.push((node, (data, 0)));
            node
        };
        let end = u16::try_from(4 * columns.len()).unwrap();
        let mut head = vec![0x7c, u8::try_from(columns.len()).unwrap()];
        for number in [end, end, end, u16::try_from(width).unwrap()] {
            head.extend(number.to_le_bytes());
        }
        head.extend([index_head, rows_in, 0].map(u32::to_le_bytes).concat());
        let mut described: Vec<_> = columns.drain(..).enumerate().collect();
        described.sort_by_key(|(_, (id, _))| *id);
        for (bit, (id, kind)) in described {
            head.extend(kind.to_le_bytes());
            head.extend(id.to_le_bytes());
            head.extend(u16::try_from(4 * bit).unwrap().to_le_bytes());
            head.extend([4, u8::try_from(bit).unwrap()]);
        }
        heap.set(root, head);
        let data = self.heap(&heap, 0x7c, root);
        (data, self.inner(&inner))
    }

    fn heap(&mut self, heap: &Heap, client: u8, root: u32) -> u64 {
        let blocks: Vec<Vec<u8>> = heap
            .blocks
            .iter()
            .enumerate()
            .map(|(number, pieces)| {
                let mut bytes = vec![0, 0];
                if number == 0 {
                    bytes.extend([0xec, client]);
                    bytes.extend(root.to_le_bytes());
                    bytes.extend([0; 4]);
                }
                let mut offsets = vec![bytes.len()];
                for piece in pieces {
                    bytes.extend(piece);
                    offsets.push(bytes.len());
                }
                bytes.resize(bytes.len().next_multiple_of(2), 0);
                let map = u16::try_from(bytes.len()).unwrap().to_le_bytes();
                bytes[..2].copy_from_slice(&map);
                bytes.extend(u16::try_from(pieces.len()).unwrap().to_le_bytes());
                bytes.extend([0; 2]);
                for offset in offsets {
                    bytes.extend(u16::try_from(offset).unwrap().to_le_bytes());
                }
                bytes
            })
            .collect();
        let size = blocks.iter().map(Vec::len).sum();
        let numbers: Vec<u64> = blocks.iter().map(|bytes| self.block(bytes, false)).collect();
        if let [number] = numbers[..] { number } else { self.list(&numbers, size, 1) }
    }

    fn top(&mut self, number: u32, properties: Properties, parent: u32) {
        let node = self.properties(properties, Vec::new());
        self.nodes.push((number, node, parent));
    }

    pub(crate) fn folder(&mut self, number: u32, parent: u32, name: &str) {
        let properties = vec![
            (0x3001, text(name)),
            (0x3602, Value::Number(0)),
            (0x3603, Value::Number(0)),
            (0x360a, Value::Number(1)),
        ];
        self.top(number, properties, parent);
        for (kind, columns) in
            [(0x0d, [(0x3001, 0x1f)]), (0x0e, [(0x0037, 0x1f)]), (0x0f, [(0x0037, 0x1f)])]
        {
            let node = self.table(&columns, &[]);
            self.nodes.push((number & !0x1f | kind, node, 0));
        }
    }

    /// Writes a message into a folder, and returns its number.
    pub(crate) fn message(&mut self, folder: u32, message: &Message) -> u32 {
        let number = self.new_node(0x04);
        let node = self.message_node(message);
        self.nodes.push((number, node, folder));
        number
    }

    fn message_node(&mut self, message: &Message) -> Node {
        let mut inner = Vec::new();
        let columns = [(0x0c15, 3), (0x3001, 0x1f), (0x3003, 0x1f), (0x39fe, 0x1f)];
        let recipients: Vec<_> = (0..).zip(message.recipients.iter().cloned()).collect();
        inner.push((0x692, self.table(&columns, &recipients)));
        let mut rows = Vec::new();
        for attachment in &message.attachments {
            let number = self.new_node(0x05);
            let node = self.attachment(attachment);
            rows.push((number, vec![(0x3704, text(&attachment.name))]));
            inner.push((number, node));
        }
        if !rows.is_empty() {
            inner.push((0x671, self.table(&[(0x3704, 0x1f)], &rows)));
        }
        let mut properties = message.properties.clone();
        properties.push((0x001a, text("IPM.Note")));
        properties.push((0x0e07, Value::Number(if rows.is_empty() { 1 } else { 0x11 })));
        self.properties(properties, inner)
    }

    fn attachment(&mut self, attachment: &Attachment) -> Node {
        let mut inner = Vec::new();
        let (method, content) = match &attachment.content {
            Content::Bytes(bytes) => (1, Some(Value::Bytes(bytes.clone()))),
            Content::Link => (2, None),
            Content::Message(message) => {
                let node = self.new_node(0x04);
                inner.push((node, self.message_node(message)));
                (5, Some(Value::Object(node)))
            }
            Content::Object(bytes) => {
                let node = self.new_node(0x1f);
                inner.push((node, (self.data(bytes), 0)));
                (6, Some(Value::Object(node)))
            }
        };
        let mut properties =
            vec![(0x3705, Value::Number(method)), (0x3707, text(&attachment.name))];
        properties.extend(content.map(|content| (0x3701, content)));
        self.properties(properties, inner)
    }

    /// Writes the two trees, and returns the header that belongs at the start of the file.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let page = if self.is_large() { 4096 } else { 512 };
        let filling = self.offset.next_multiple_of(page) - self.offset;
        self.put(&vec![0; usize::try_from(filling).unwrap()]);
        let (mut blocks, mut nodes) =
            (std::mem::take(&mut self.blocks), std::mem::take(&mut self.nodes));
        blocks.sort_unstable();
        nodes.sort_unstable();
        let is_ansi = self.layout == Layout::Ansi;
        let is_large = self.is_large();
        let entries = blocks.iter().map(|(number, offset, size, plain)| {
            let mut entry = [self.number(*number), self.number(*offset)].concat();
            entry.extend(u16::try_from(*size).unwrap().to_le_bytes());
            let second = if is_large { u16::try_from(*plain).unwrap() } else { 2 };
            entry.extend(second.to_le_bytes());
            entry.resize(if is_ansi { 12 } else { 24 }, 0);
            (*number, entry)
        });
        let entries: Vec<_> = entries.collect();
        let block_root = self.tree(&entries, 0x80, 0);
        let entries = nodes.iter().map(|(number, (data, inner), parent)| {
            let mut entry = self.number((*number).into());
            entry.extend(self.number(*data));
            entry.extend(self.number(*inner));
            entry.extend(parent.to_le_bytes());
            entry.resize(if is_ansi { 16 } else { 32 }, 0);
            (u64::from(*number), entry)
        });
        let entries: Vec<_> = entries.collect();
        let node_root = self.tree(&entries, 0x81, 0);
        self.out.flush().unwrap();
        self.header(node_root, block_root)
    }

    fn tree(&mut self, entries: &[(u64, Vec<u8>)], kind: u8, level: u8) -> (u64, u64) {
        let (size, count_offset, trailer) = match self.layout {
            Layout::Ansi => (512, 496, 500),
            Layout::Unicode => (512, 488, 496),
            Layout::Large => (4096, 4056, 4072),
        };
        let width = entries[0].1.len();
        let most = count_offset / width;
        let mut above = Vec::new();
        for chunk in entries.chunks(most) {
            let mut page: Vec<u8> =
                chunk.iter().flat_map(|(_, entry)| entry.iter().copied()).collect();
            page.resize(count_offset, 0);
            let (count, most) = (chunk.len().to_le_bytes(), most.to_le_bytes());
            let wide = if self.is_large() { 2 } else { 1 };
            page.extend(&count[..wide]);
            page.extend(&most[..wide]);
            page.extend([u8::try_from(width).unwrap(), level]);
            page.resize(trailer, 0);
            let (number, offset) = (self.next, self.offset);
            self.next += 4;
            let mut end = self.trailer(number, offset, 0, checksum(&page));
            end[..2].copy_from_slice(&[kind, kind]);
            page.extend(end);
            assert_eq!(page.len(), size);
            self.put(&page);
            let mut entry = self.number(chunk[0].0);
            entry.extend(self.number(number));
            entry.extend(self.number(offset));
            above.push((number, offset, chunk[0].0, entry));
        }
        match above[..] {
            [(number, offset, ..)] => (number, offset),
            _ => {
                let above: Vec<_> =
                    above.into_iter().map(|(_, _, key, entry)| (key, entry)).collect();
                self.tree(&above, kind, level + 1)
            }
        }
    }

    fn header(&self, nodes: (u64, u64), blocks: (u64, u64)) -> Vec<u8> {
        let mut header = vec![0; 564];
        let mut put = |offset: usize, bytes: &[u8]| {
            header[offset..offset + bytes.len()].copy_from_slice(bytes);
        };
        let (version, size, trees, sentinel) = match self.layout {
            Layout::Ansi => (14_u16, 168, 184, 460),
            Layout::Unicode => (23, 184, 216, 512),
            Layout::Large => (36, 184, 216, 512),
        };
        put(0, b"!BDN");
        put(8, if self.is_large() { b"SO" } else { b"SM" });
        put(10, &version.to_le_bytes());
        put(12, &[19, 0, 1, 1]);
        put(size, &self.number(self.offset));
        let roots = [nodes.0, nodes.1, blocks.0, blocks.1];
        put(trees, &roots.map(|number| self.number(number)).concat());
        let cipher = match self.cipher {
            Cipher::None => 0,
            Cipher::Permute => 1,
            Cipher::Cyclic => 2,
        };
        put(sentinel, &[0x80, cipher]);
        let partial = checksum(&header[8..479]).to_le_bytes();
        header[4..8].copy_from_slice(&partial);
        let whole = checksum(&header[8..524]).to_le_bytes();
        if self.layout != Layout::Ansi {
            header[524..528].copy_from_slice(&whole);
        }
        header
    }
}

/// The pieces of a heap, block by block.
struct Heap {
    layout: Layout,
    blocks: Vec<Vec<Vec<u8>>>,
}

impl Heap {
    fn new(layout: Layout) -> Self {
        Self { layout, blocks: vec![Vec::new()] }
    }

    fn add(&mut self, bytes: &[u8]) -> u32 {
        let held: usize = self.blocks.last().unwrap().iter().map(Vec::len).sum();
        if held + bytes.len() > 6000 {
            self.blocks.push(Vec::new());
        }
        let block = u32::try_from(self.blocks.len() - 1).unwrap();
        let pieces = self.blocks.last_mut().unwrap();
        pieces.push(bytes.to_vec());
        let number = u32::try_from(pieces.len()).unwrap() << 5;
        let shift = if self.layout == Layout::Large { 19 } else { 16 };
        block << shift | number
    }

    fn set(&mut self, reference: u32, bytes: Vec<u8>) {
        let shift = if self.layout == Layout::Large { 19 } else { 16 };
        let number = (reference & ((1 << shift) - 1)) >> 5;
        let (block, piece) = (reference >> shift, number - 1);
        let block = &mut self.blocks[usize::try_from(block).unwrap()];
        block[usize::try_from(piece).unwrap()] = bytes;
    }
}

fn encrypt(cipher: Cipher, bytes: &mut [u8], block: u64) {
    match cipher {
        Cipher::Permute => {
            let mut forth = [0_u8; 256];
            for byte in 0..=u8::MAX {
                let mut there = [byte];
                cipher.decrypt(&mut there, block);
                forth[usize::from(there[0])] = byte;
            }
            bytes.iter_mut().for_each(|byte| *byte = forth[usize::from(*byte)]);
        }
        Cipher::None | Cipher::Cyclic => cipher.decrypt(bytes, block),
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(u32::MAX);
    hasher.update(bytes);
    !hasher.finalize()
}

/// The bytes of a file with some messages in its inbox.
pub(crate) fn file(layout: Layout, cipher: Cipher, messages: &[Message]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, layout, cipher);
    for message in messages {
        writer.message(INBOX, message);
    }
    let header = writer.finish();
    bytes[..header.len()].copy_from_slice(&header);
    bytes
}
