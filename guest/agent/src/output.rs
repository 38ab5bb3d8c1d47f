//! From the container's standard streams into the event log, and back.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use bytes::{Buf, BytesMut};
use tokio::io::unix::AsyncFd;

use crate::events::EventLog;
use crate::proto::output::Stream;
use crate::system;

/// The largest chunk, and what a pipe holds.
const CHUNK: usize = 64 << 10;
/// Below this much space left in the buffer a new one is taken.
const SMALLEST_READ: usize = 16 << 10;

/// Copies until all writers are gone. While the log has no room nothing is read, so that the
/// container blocks.
pub async fn pump(stream: Stream, from: &AsyncFd<OwnedFd>, log: &EventLog) {
    let mut buffer = BytesMut::new();
    loop {
        log.room().await;
        match read_some(from, &mut buffer).await {
            // EIO: the last descriptor of the terminal was closed.
            Ok(0) | Err(_) => return,
            Ok(_) => log.output(stream, buffer.split().freeze()),
        }
    }
}

/// Reads once, at most 64 KiB, onto the end of the buffer; 0 at the end.
///
/// # Errors
/// The kernel's.
pub async fn read_some(from: &AsyncFd<OwnedFd>, buffer: &mut BytesMut) -> io::Result<usize> {
    if buffer.capacity() < SMALLEST_READ {
        buffer.reserve(CHUNK);
    }
    loop {
        let mut ready = from.readable().await?;
        if let Ok(result) = ready.try_io(|fd| system::read_onto(fd.as_fd(), buffer)) {
            return result;
        }
    }
}

/// Writes everything, at the pace of the reader.
///
/// # Errors
/// EPIPE where nobody reads any more.
pub async fn write(to: &AsyncFd<OwnedFd>, mut data: &[u8]) -> io::Result<()> {
    while data.has_remaining() {
        let mut ready = to.writable().await?;
        if let Ok(result) = ready.try_io(|fd| system::write(fd.as_fd(), data)) {
            data.advance(result?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::event::What;
    use std::pin::Pin;
    use std::sync::Arc;

    fn pipe() -> (AsyncFd<OwnedFd>, OwnedFd) {
        let (reader, writer) = system::pipe().expect("pipe");
        (system::watch(reader).expect("registered"), writer)
    }

    async fn collected(log: &Arc<EventLog>) -> Vec<u8> {
        use futures_core::Stream;
        let mut stream = log.read(0);
        let mut all = Vec::new();
        for _ in 0..log.last() {
            let next = std::future::poll_fn(|context| Pin::new(&mut stream).poll_next(context));
            if let Some(What::Output(output)) = next.await.expect("item").expect("event").what {
                all.extend_from_slice(&output.data);
            }
        }
        all
    }

    #[tokio::test]
    async fn copies_until_the_writer_is_gone() {
        let (reader, writer) = pipe();
        let log = Arc::new(EventLog::default());
        system::write(writer.as_fd(), b"hello ").expect("written");
        let copier = {
            let log = Arc::clone(&log);
            tokio::spawn(async move { pump(Stream::Stdout, &reader, &log).await })
        };
        tokio::task::yield_now().await;
        system::write(writer.as_fd(), b"world").expect("written");
        drop(writer);
        copier.await.expect("ended");
        assert_eq!(collected(&log).await, b"hello world");
    }

    #[tokio::test]
    async fn stops_reading_while_the_log_is_full() {
        let (reader, writer) = pipe();
        let log = Arc::new(EventLog::default());
        let written = tokio::task::spawn_blocking(move || {
            for _ in 0..64 {
                let mut rest: &[u8] = &[b'x'; CHUNK];
                while !rest.is_empty() {
                    let count = system::write(writer.as_fd(), rest).expect("written");
                    rest = &rest[count..];
                }
            }
        });
        let copier = {
            let log = Arc::clone(&log);
            tokio::spawn(async move { pump(Stream::Stdout, &reader, &log).await })
        };
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        assert!(!copier.is_finished());
        assert!(collected(&log).await.len() <= (1 << 20) + CHUNK);
        while !copier.is_finished() {
            log.acknowledge(log.last()).expect("known");
            tokio::task::yield_now().await;
        }
        written.await.expect("all written");
    }

    #[tokio::test]
    async fn names_a_reader_that_is_gone() {
        let (reader, writer) = system::pipe().expect("pipe");
        drop(reader);
        let writer = system::watch(writer).expect("registered");
        let error = write(&writer, b"x").await.expect_err("refused");
        assert_eq!(error.raw_os_error(), Some(libc::EPIPE));
    }
}
