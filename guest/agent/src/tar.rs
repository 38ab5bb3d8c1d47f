//! The tar format: headers of 512 bytes, with pax records before them for what does not fit.

use std::collections::BTreeMap;
use std::io;

pub const BLOCK: usize = 512;
/// The most that can be said before one entry: long names, extended attributes.
pub const LARGEST_RECORDS: u64 = 4 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    HardLink,
    SymbolicLink,
    CharacterDevice,
    BlockDevice,
    Directory,
    Fifo,
}

const KINDS: [(u8, Kind); 9] = [
    (b'0', Kind::File),
    (b'1', Kind::HardLink),
    (b'2', Kind::SymbolicLink),
    (b'3', Kind::CharacterDevice),
    (b'4', Kind::BlockDevice),
    (b'5', Kind::Directory),
    (b'6', Kind::Fifo),
    // The first tar's, and a file that wants to lie in one piece.
    (0, Kind::File),
    (b'7', Kind::File),
];

impl Kind {
    pub fn of(flag: u8) -> Option<Self> {
        KINDS
            .iter()
            .find(|(known, _)| *known == flag)
            .map(|(_, kind)| *kind)
    }

    fn flag(self) -> u8 {
        KINDS
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or(b'0', |(flag, _)| *flag)
    }
}

/// What is in an archive beside the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub kind: Kind,
    pub name: Vec<u8>,
    pub link: Vec<u8>,
    /// Without the type.
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    pub size: u64,
    /// Seconds; and nanoseconds where the archive has them.
    pub mtime: (i64, u32),
    pub device: (u32, u32),
    /// Extended attributes.
    pub attributes: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Entry {
    pub fn new(kind: Kind, name: Vec<u8>) -> Self {
        Self {
            kind,
            name,
            link: Vec::new(),
            mode: 0,
            uid: 0,
            gid: 0,
            size: 0,
            mtime: (0, 0),
            device: (0, 0),
            attributes: Vec::new(),
        }
    }

    /// The header, after the pax records that it needs.
    pub fn encode(&self) -> Vec<u8> {
        let mut records = Vec::new();
        let mut short = self.clone();
        let mut put = |key: &[u8], value: &[u8]| record(&mut records, key, value);
        for (key, field) in [("path", &mut short.name), ("linkpath", &mut short.link)] {
            if field.len() > 100 {
                put(key.as_bytes(), field);
                field.truncate(100);
            }
        }
        for (key, number) in [("uid", &mut short.uid), ("gid", &mut short.gid)] {
            if *number > 0o7_777_777 {
                put(key.as_bytes(), number.to_string().as_bytes());
                *number = 0;
            }
        }
        if self.size > 0o77_777_777_777 {
            put(b"size", self.size.to_string().as_bytes());
            short.size = 0;
        }
        if !(0..=0o77_777_777_777).contains(&self.mtime.0) {
            put(b"mtime", self.mtime.0.to_string().as_bytes());
            short.mtime = (0, 0);
        }
        for (name, value) in &self.attributes {
            put(&[b"SCHILY.xattr.", name.as_slice()].concat(), value);
        }
        let mut bytes = Vec::new();
        if !records.is_empty() {
            let mut before = Self::new(Kind::File, b"PaxHeaders/entry".to_vec());
            before.mode = 0o644;
            before.size = records.len() as u64;
            bytes.extend_from_slice(&before.header(b'x'));
            bytes.extend_from_slice(&records);
            bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
        }
        bytes.extend_from_slice(&short.header(self.kind.flag()));
        bytes
    }

    fn header(&self, flag: u8) -> [u8; BLOCK] {
        let mut header = [0; BLOCK];
        let mut text = |at: usize, value: &[u8]| {
            header[at..at + value.len()].copy_from_slice(value);
        };
        text(0, &self.name);
        text(100, format!("{:07o}", self.mode & 0o7777).as_bytes());
        text(108, format!("{:07o}", self.uid).as_bytes());
        text(116, format!("{:07o}", self.gid).as_bytes());
        text(124, format!("{:011o}", self.size).as_bytes());
        text(136, format!("{:011o}", self.mtime.0).as_bytes());
        text(148, b"        ");
        text(156, &[flag]);
        text(157, &self.link);
        text(257, b"ustar\x0000");
        text(329, format!("{:07o}", self.device.0).as_bytes());
        text(337, format!("{:07o}", self.device.1).as_bytes());
        let sum = format!("{:06o}\0 ", sum(&header));
        header[148..156].copy_from_slice(sum.as_bytes());
        header
    }
}

/// `LENGTH KEY=VALUE\n`, where the length counts itself.
fn record(records: &mut Vec<u8>, key: &[u8], value: &[u8]) {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while length.to_string().len() + rest != length {
        length = length.to_string().len() + rest;
    }
    records.extend_from_slice(length.to_string().as_bytes());
    records.push(b' ');
    records.extend_from_slice(key);
    records.push(b'=');
    records.extend_from_slice(value);
    records.push(b'\n');
}

fn sum(header: &[u8; BLOCK]) -> u32 {
    header.iter().map(|byte| u32::from(*byte)).sum()
}

/// What pax records, or GNU's long names, say about the next entry.
#[derive(Debug, Default)]
pub struct Records(BTreeMap<Vec<u8>, Vec<u8>>);

impl Records {
    /// # Errors
    /// For what are no records.
    pub fn add_pax(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let space = find(bytes, b' ')?;
            let length: usize = ascii(&bytes[..space])?;
            if length <= space + 1 || length > bytes.len() || bytes[length - 1] != b'\n' {
                return Err(invalid("a pax record of a wrong length"));
            }
            let text = &bytes[space + 1..length - 1];
            let equals = find(text, b'=')?;
            let (key, value) = (text[..equals].to_vec(), text[equals + 1..].to_vec());
            self.0.insert(key, value);
            bytes = &bytes[length..];
        }
        Ok(())
    }

    /// `L` is a name, `K` a link's target.
    pub fn add_long(&mut self, flag: u8, bytes: &[u8]) {
        let key: &[u8] = if flag == b'L' { b"path" } else { b"linkpath" };
        self.0.insert(key.to_vec(), until_nul(bytes).to_vec());
    }

    fn number<T: std::str::FromStr>(&self, key: &str) -> io::Result<Option<T>> {
        self.0
            .get(key.as_bytes())
            .map(|text| ascii(text))
            .transpose()
    }

    /// Seconds with a fraction.
    fn time(&self) -> io::Result<Option<(i64, u32)>> {
        let Some(text) = self.0.get("mtime".as_bytes()) else {
            return Ok(None);
        };
        let mut halves = text.splitn(2, |byte| *byte == b'.');
        let seconds: i64 = ascii(halves.next().unwrap_or_default())?;
        let mut digits = halves.next().unwrap_or_default().to_vec();
        digits.resize(9, b'0');
        let nanoseconds: u32 = ascii(&digits)?;
        Ok(Some(if text.starts_with(b"-") && nanoseconds > 0 {
            (seconds - 1, 1_000_000_000 - nanoseconds)
        } else {
            (seconds, nanoseconds)
        }))
    }
}

/// The flag of a header, and the size of what follows it.
///
/// # Errors
/// For what is no header.
pub fn peek(header: &[u8; BLOCK]) -> io::Result<(u8, u64)> {
    let mut blank = *header;
    blank[148..156].fill(b' ');
    if number(&header[148..156])? != u64::from(sum(&blank)) {
        return Err(invalid("a header with a wrong checksum"));
    }
    Ok((header[156], number(&header[124..136])?))
}

/// The entry of a header and the records before it.
///
/// # Errors
/// For what makes no sense, and for sparse files and the like.
pub fn decode(header: &[u8; BLOCK], records: &Records) -> io::Result<Entry> {
    let (flag, size) = peek(header)?;
    let kind = Kind::of(flag);
    let kind = kind.ok_or_else(|| invalid(&format!("an entry of the kind {flag:#x}")))?;
    if records.0.keys().any(|key| key.starts_with(b"GNU.sparse")) {
        return Err(invalid("a sparse file"));
    }
    let text = |key: &str, short: Vec<u8>| records.0.get(key.as_bytes()).cloned().unwrap_or(short);
    let mut name = until_nul(&header[..100]).to_vec();
    if &header[257..263] == b"ustar\0" && header[345] != 0 {
        name = [until_nul(&header[345..500]), b"/", &name].concat();
    }
    let mut entry = Entry::new(kind, text("path", name));
    entry.link = text("linkpath", until_nul(&header[157..257]).to_vec());
    let narrow = |value: u64| u32::try_from(value).map_err(|_| invalid("a number out of range"));
    let owner = |key: &str, field: &[u8]| match records.number(key)? {
        Some(number) => Ok(number),
        None => narrow(number(field)?),
    };
    entry.mode = narrow(number(&header[100..108])? & 0o7777)?;
    entry.uid = owner("uid", &header[108..116])?;
    entry.gid = owner("gid", &header[116..124])?;
    entry.size = records.number("size")?.unwrap_or(size);
    entry.mtime = match records.time()? {
        Some(time) => time,
        None => (number(&header[136..148])? as i64, 0),
    };
    if matches!(kind, Kind::CharacterDevice | Kind::BlockDevice) {
        let (major, minor) = (number(&header[329..337])?, number(&header[337..345])?);
        entry.device = (narrow(major)?, narrow(minor)?);
    }
    if kind == Kind::File && entry.name.ends_with(b"/") {
        entry.kind = Kind::Directory;
    }
    for (key, value) in &records.0 {
        if let Some(name) = key.strip_prefix(b"SCHILY.xattr.") {
            entry.attributes.push((name.to_vec(), value.clone()));
        }
    }
    Ok(entry)
}

/// Octal digits, or a binary number marked by the highest bit.
fn number(field: &[u8]) -> io::Result<u64> {
    if field[0] & 0x80 != 0 {
        let (last, first) = (&field[field.len() - 8..], &field[..field.len() - 8]);
        let negative = field[0] == 0xff;
        let plain = first.iter().skip(1).all(|byte| *byte == 0) && field[0] == 0x80;
        let mut bytes = [0; 8];
        bytes.copy_from_slice(last);
        if first.is_empty() {
            // A field of eight bytes: the mark is the highest bit of the number itself.
            bytes[0] = if negative { 0xff } else { bytes[0] & 0x7f };
        } else if !plain && !negative {
            return Err(invalid("a number out of range"));
        }
        return Ok(u64::from_be_bytes(bytes));
    }
    let is_blank = |byte: &u8| *byte == b' ' || *byte == 0;
    let digits: Vec<u8> = field
        .iter()
        .copied()
        .skip_while(|byte| is_blank(byte))
        .take_while(|byte| !is_blank(byte))
        .collect();
    if digits.is_empty() {
        return Ok(0);
    }
    std::str::from_utf8(&digits)
        .ok()
        .and_then(|digits| u64::from_str_radix(digits, 8).ok())
        .ok_or_else(|| invalid("a field that is no number"))
}

fn ascii<T: std::str::FromStr>(text: &[u8]) -> io::Result<T> {
    std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| invalid("a record that is no number"))
}

fn find(bytes: &[u8], wanted: u8) -> io::Result<usize> {
    bytes
        .iter()
        .position(|byte| *byte == wanted)
        .ok_or_else(|| invalid("a broken pax record"))
}

fn until_nul(field: &[u8]) -> &[u8] {
    let end = field.iter().position(|byte| *byte == 0);
    &field[..end.unwrap_or(field.len())]
}

pub fn invalid(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("not a tar stream that can be read: {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Through its bytes and back.
    fn again(entry: &Entry) -> Entry {
        let bytes = entry.encode();
        assert_eq!(bytes.len() % BLOCK, 0);
        let mut records = Records::default();
        let mut blocks = bytes.chunks_exact(BLOCK);
        loop {
            let header: &[u8; BLOCK] = blocks.next().expect("a header").try_into().expect("512");
            let (flag, size) = peek(header).expect("a header");
            if flag != b'x' {
                assert_eq!(blocks.next(), None);
                return decode(header, &records).expect("an entry");
            }
            let size = usize::try_from(size).expect("short");
            let mut text: Vec<u8> = Vec::new();
            while text.len() < size {
                text.extend_from_slice(blocks.next().expect("data"));
            }
            records.add_pax(&text[..size]).expect("records");
        }
    }

    fn entry(name: &[u8]) -> Entry {
        Entry {
            mode: 0o4755,
            uid: 1000,
            gid: 1001,
            size: 7,
            mtime: (1_700_000_000, 0),
            ..Entry::new(Kind::File, name.to_vec())
        }
    }

    #[test]
    fn keeps_what_fits_in_a_header() {
        let plain = entry(b"a/b");
        assert_eq!(plain.encode().len(), BLOCK);
        assert_eq!(again(&plain), plain);
        let device = Entry {
            device: (254, 300),
            ..Entry::new(Kind::BlockDevice, b"disk".to_vec())
        };
        assert_eq!(again(&device), device);
    }

    #[test]
    fn keeps_what_does_not() {
        let large = Entry {
            link: vec![b'l'; 5000],
            uid: 4_000_000_000,
            gid: 2_097_152,
            size: 1 << 40,
            mtime: (-5, 0),
            attributes: vec![(b"user.x".to_vec(), vec![0, b'\n', b'=', 0xff])],
            ..entry(&[b'n'; 300])
        };
        assert_eq!(again(&large), large);
    }

    #[test]
    fn counts_a_record_s_own_length() {
        for length in [1, 89, 90, 91, 980, 989, 990, 991] {
            let mut bytes = Vec::new();
            record(&mut bytes, b"k", &vec![b'v'; length]);
            let mut records = Records::default();
            records.add_pax(&bytes).expect("records");
            assert_eq!(records.0[b"k".as_slice()].len(), length);
        }
    }

    #[test]
    fn reads_fractions_of_seconds() {
        let mut records = Records::default();
        records.add_pax(b"20 mtime=12.5000000\n").expect("records");
        assert_eq!(records.time().expect("a time"), Some((12, 500_000_000)));
        records.add_pax(b"14 mtime=-1.5\n").expect("records");
        assert_eq!(records.time().expect("a time"), Some((-2, 500_000_000)));
    }

    #[test]
    fn refuses_what_is_no_archive() {
        assert!(peek(&[b'x'; BLOCK]).is_err());
        let mut records = Records::default();
        for text in ["5", "99 a=b\n", "0 a=b\n", "6 a=b ", "x a=b\n", "6 ab\n\n"] {
            assert!(records.add_pax(text.as_bytes()).is_err(), "{text:?}");
        }
        let mut sparse = entry(b"a").header(b'S');
        assert!(decode(&sparse, &Records::default()).is_err());
        sparse[0] ^= 1;
        assert!(peek(&sparse).is_err());
    }

    #[test]
    fn reads_binary_numbers() {
        let mut field = [0; 12];
        field[0] = 0x80;
        field[7] = 1;
        assert_eq!(number(&field).expect("a number"), 1 << 32);
        assert_eq!(
            number(&[0x80, 0, 0, 0, 0, 0x20, 0, 0]).expect("a number"),
            1 << 21
        );
        assert_eq!(number(&[0xff; 12]).expect("a number") as i64, -1);
        assert_eq!(number(b" 17\0 garbage").expect("a number"), 15);
    }
}
