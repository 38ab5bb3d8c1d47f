//! Disks by their serial numbers: the order in which the kernel finds them means nothing.

use std::ffi::CString;
use std::fs::{self, File};
use std::io::{self, Read};

use crate::failure::Failure;
use crate::system;

const MOST_DISKS: u8 = 26;

/// The disks of the machine: (serial, device node).
pub struct Disks(Vec<(String, CString)>);

impl Disks {
    /// Asks `/dev/vda`, `/dev/vdb`, ... until there is no next one.
    pub fn find() -> io::Result<Self> {
        let mut found = Vec::new();
        for letter in (b'a'..).take(MOST_DISKS.into()).map(char::from) {
            match File::open(format!("/sys/block/vd{letter}/serial")) {
                Ok(mut file) => {
                    let mut serial = [0; 64];
                    let length = file.read(&mut serial)?;
                    let serial = String::from_utf8_lossy(&serial[..length]).trim().to_owned();
                    found.push((serial, system::c_string(&format!("/dev/vd{letter}"))?));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                Err(error) => return Err(error),
            }
        }
        Ok(Self(found))
    }

    /// # Errors
    /// Names the serial that no disk has.
    pub fn by_serial(&self, serial: &str) -> Result<&CString, Failure> {
        self.0
            .iter()
            .find(|(found, _)| found == serial)
            .map(|(_, node)| node)
            .ok_or_else(|| Failure::setup(format!("no disk with the serial number {serial:?}")))
    }
}

/// `vda`, `vdb`, ... as far as there are any.
pub fn names() -> Vec<String> {
    (b'a'..)
        .take(MOST_DISKS.into())
        .map(|letter| format!("vd{}", char::from(letter)))
        .take_while(|name| fs::exists(format!("/sys/block/{name}")).unwrap_or(false))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_disk_by_its_serial() {
        let disks = Disks(vec![
            ("a".to_owned(), c"/dev/vda".into()),
            ("b".to_owned(), c"/dev/vdb".into()),
        ]);
        assert_eq!(disks.by_serial("b").expect("found").as_c_str(), c"/dev/vdb");
        let missing = disks.by_serial("c").expect_err("missing");
        assert_eq!(missing.message, "no disk with the serial number \"c\"");
    }
}
