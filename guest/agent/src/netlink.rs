//! Netlink: many requests in one send, and the first refusal among the answers.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use crate::failure::{Doing, Failure};
use crate::system;

const HEADER: usize = 16;
const ALIGNMENT: usize = 4;
const REQUEST: u16 = libc::NLM_F_REQUEST as u16;
const ACKNOWLEDGE: u16 = libc::NLM_F_ACK as u16;
const ERROR: u16 = libc::NLMSG_ERROR as u16;
const DONE: u16 = libc::NLMSG_DONE as u16;
const NESTED: u16 = 1 << 15;
/// What the kernel puts into one answer is less.
const LARGEST_ANSWER: usize = 32 << 10;

/// Requests to be sent at once; the kernel carries them out one by one.
#[derive(Default)]
pub struct Batch {
    bytes: Vec<u8>,
    /// Where the last one begins.
    last: usize,
    /// What each does, for whoever reads of its failure. Its number is its place here.
    doing: Vec<String>,
}

impl Batch {
    /// Adds a request; `doing` is said of it where it fails.
    pub fn request(&mut self, kind: u16, flags: i32, doing: String, fill: impl FnOnce(&mut Body)) {
        self.last = self.bytes.len();
        let flags = REQUEST | u16::try_from(flags).unwrap_or_default();
        let number = u32::try_from(self.doing.len()).unwrap_or_default();
        self.doing.push(doing);
        self.bytes.extend_from_slice(&[0; 4]);
        self.bytes.extend_from_slice(&kind.to_ne_bytes());
        self.bytes.extend_from_slice(&flags.to_ne_bytes());
        self.bytes.extend_from_slice(&number.to_ne_bytes());
        self.bytes.extend_from_slice(&[0; 4]);
        fill(&mut Body(&mut self.bytes));
        let length = u32::try_from(self.bytes.len() - self.last).unwrap_or_default();
        self.bytes[self.last..][..4].copy_from_slice(&length.to_ne_bytes());
    }

    /// Has the kernel say of the request added last that it was carried out.
    pub fn acknowledge_last(&mut self) {
        self.bytes[self.last + 6] |= ACKNOWLEDGE.to_ne_bytes()[0];
    }
}

/// What follows a request's header.
pub struct Body<'a>(&'a mut Vec<u8>);

impl Body<'_> {
    /// A fixed part, a multiple of four bytes long.
    pub fn fixed(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub fn attribute(&mut self, kind: u16, value: &[u8]) {
        self.wrap(kind, |body| body.0.extend_from_slice(value));
    }

    /// A text as the kernel wants it, with a NUL at its end.
    pub fn text(&mut self, kind: u16, text: &str) {
        self.wrap(kind, |body| {
            body.0.extend_from_slice(text.as_bytes());
            body.0.push(0);
        });
    }

    pub fn nested(&mut self, kind: u16, fill: impl FnOnce(&mut Body)) {
        self.wrap(kind | NESTED, fill);
    }

    fn wrap(&mut self, kind: u16, fill: impl FnOnce(&mut Body)) {
        let start = self.0.len();
        self.0.extend_from_slice(&[0; 2]);
        self.0.extend_from_slice(&kind.to_ne_bytes());
        fill(&mut Body(self.0));
        let length = u16::try_from(self.0.len() - start).unwrap_or_default();
        self.0[start..][..2].copy_from_slice(&length.to_ne_bytes());
        self.0.resize(self.0.len().next_multiple_of(ALIGNMENT), 0);
    }
}

/// A socket to one of the kernel's families.
pub struct Netlink(OwnedFd);

impl Netlink {
    /// # Errors
    /// Where the kernel does not have the family.
    pub fn open(family: libc::c_int) -> io::Result<Self> {
        // The kernel answers before `send` returns: there is never anything to wait for.
        let kind = libc::SOCK_RAW | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
        // SAFETY: plain integers.
        system::owned(unsafe { libc::socket(libc::AF_NETLINK, kind, family) }).map(Self)
    }

    /// Carries out all requests, of which the one that has its acknowledgement wanted is the last
    /// with an answer.
    ///
    /// # Errors
    /// Of the first that the kernel refuses; those after it were tried as well.
    pub fn carry_out(&self, batch: &Batch) -> Result<(), Failure> {
        let doing = batch.doing.first().map_or("", String::as_str);
        system::write(self.0.as_fd(), &batch.bytes).doing(doing)?;
        // Each answer comes alone: the refusals in order, and then the acknowledgement.
        let mut buffer = vec![0; LARGEST_ANSWER];
        let length = system::read(self.0.as_fd(), &mut buffer).doing(doing)?;
        let verdict = messages(&buffer[..length]).find_map(|message| message.verdict());
        let Some((number, errno)) = verdict else {
            return Err(Failure::setup(format!(
                "{doing}: netlink without a verdict"
            )));
        };
        if errno == 0 {
            return Ok(());
        }
        let place = usize::try_from(number).unwrap_or_default();
        let doing = batch.doing.get(place).map_or(doing, String::as_str);
        Err(io::Error::from_raw_os_error(errno)).doing(doing)
    }

    /// All answers to the one request of a batch that asks for a list, each without its header.
    ///
    /// # Errors
    /// The kernel's.
    pub fn list(&self, batch: &Batch) -> io::Result<Vec<Vec<u8>>> {
        system::write(self.0.as_fd(), &batch.bytes)?;
        let mut buffer = vec![0; LARGEST_ANSWER];
        let mut list = Vec::new();
        loop {
            let length = system::read(self.0.as_fd(), &mut buffer)?;
            for message in messages(&buffer[..length]) {
                match message.kind {
                    DONE => return Ok(list),
                    ERROR => {
                        let (_, errno) = message.verdict().unwrap_or_default();
                        return Err(io::Error::from_raw_os_error(errno));
                    }
                    _ => list.push(message.body.to_vec()),
                }
            }
        }
    }
}

struct Message<'a> {
    kind: u16,
    body: &'a [u8],
}

impl Message<'_> {
    /// Of an answer that tells how a request went: the request's number, and an errno or 0.
    fn verdict(&self) -> Option<(u32, i32)> {
        let errno = i32::from_ne_bytes(*self.body.first_chunk()?);
        let number = u32::from_ne_bytes(*self.body.get(4 + 8..)?.first_chunk()?);
        (self.kind == ERROR).then_some((number, -errno))
    }
}

fn messages(mut bytes: &[u8]) -> impl Iterator<Item = Message<'_>> {
    std::iter::from_fn(move || {
        let length = u32::from_ne_bytes(*bytes.first_chunk()?);
        let length = usize::try_from(length).ok()?;
        let message = Message {
            kind: u16::from_ne_bytes(*bytes.get(4..)?.first_chunk()?),
            body: bytes.get(HEADER..length)?,
        };
        let next = length.next_multiple_of(ALIGNMENT).min(bytes.len());
        bytes = &bytes[next..];
        Some(message)
    })
}

/// The attributes of an answer, after its fixed part: their kinds and values.
pub fn attributes(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let length = usize::from(u16::from_ne_bytes(*bytes.first_chunk()?));
        let kind = u16::from_ne_bytes(*bytes.get(2..)?.first_chunk()?) & !NESTED;
        let value = bytes.get(4..length)?;
        let next = length.next_multiple_of(ALIGNMENT).min(bytes.len());
        bytes = &bytes[next..];
        Some((kind, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lays_out_requests_as_the_kernel_reads_them() {
        let mut batch = Batch::default();
        batch.request(7, libc::NLM_F_CREATE, "first".to_owned(), |body| {
            body.fixed(&[1, 2, 3, 4]);
            body.text(5, "abc");
            body.nested(6, |body| body.attribute(1, &[9]));
        });
        batch.request(8, 0, "second".to_owned(), |_| {});
        batch.acknowledge_last();

        let [first, second] = messages(&batch.bytes)
            .collect::<Vec<_>>()
            .try_into()
            .ok()
            .expect("two");
        assert_eq!((first.kind, second.kind, second.body.len()), (7, 8, 0));
        assert_eq!(&first.body[..4], [1, 2, 3, 4]);
        let found: Vec<_> = attributes(&first.body[4..]).collect();
        assert_eq!(
            found,
            [(5, b"abc\0".as_slice()), (6, &[5, 0, 1, 0, 9, 0, 0, 0])]
        );
        assert_eq!(batch.bytes[batch.last + 6], 1 | 4);
        assert_eq!(batch.bytes[batch.last + 8], 1);
    }

    #[test]
    fn stops_at_what_makes_no_sense() {
        assert_eq!(messages(&[40, 0, 0, 0, 1, 0]).count(), 0);
        assert_eq!(messages(&[1; 40]).count(), 0);
        assert_eq!(attributes(&[3, 0, 0, 0]).count(), 0);
        assert_eq!(attributes(&[9, 0, 1, 0, 7]).count(), 0);
    }

    #[test]
    fn says_what_was_being_done() {
        let netlink = Netlink::open(libc::NETLINK_ROUTE).expect("a socket");
        let mut batch = Batch::default();
        for (index, doing) in [(i32::MAX, "looking for nothing"), (1, "looking for lo")] {
            batch.request(libc::RTM_GETLINK, 0, doing.to_owned(), |body| {
                body.fixed(&[0; 4]);
                body.fixed(&index.to_ne_bytes());
                body.fixed(&[0; 8]);
            });
        }
        batch.acknowledge_last();
        let failure = netlink.carry_out(&batch).expect_err("refused");
        assert_eq!(failure.message, "looking for nothing: no such device");
    }
}
