//! The calls about the container's files, each done by a worker.

use std::io::Write;

use bytes::{Buf, BytesMut};
use prost::Message;
use tokio::sync::mpsc;
use tonic::{Status, Streaming};

use crate::boot::Token;
use crate::proto::{ArchiveChunk, Change, PathStat, ReadArchiveRequest, WriteArchiveRequest};
use crate::unpack::Choices;
use crate::worker::{Place, Refusal, Worker};
use crate::{changes, output, pack, paths, system, unpack};

/// How many answers wait for the engine; then the worker waits.
const ANSWERS: usize = 4;
/// More than two of the longest paths.
const LARGEST_STAT: usize = 64 << 10;
const LARGEST_CHANGE: usize = 64 << 10;

type Answers<T> = mpsc::Receiver<Result<T, Status>>;

/// # Errors
/// `NOT_FOUND`, or what the kernel says.
pub async fn stat(place: Place<'_>, token: &Token, path: &str) -> Result<PathStat, Status> {
    let worker = Worker::start(place, token, |mut ends| {
        let stat = paths::stat(path)?.encode_to_vec();
        let written = ends.output.write_all(&stat);
        written.map_err(|error| Refusal::of("answering", &error))
    })?;
    let mut answer = BytesMut::new();
    while let Ok(1..) = output::read_some(&worker.output, &mut answer).await {
        if answer.len() > LARGEST_STAT {
            return Err(Status::internal("a path that is too long"));
        }
    }
    worker.finish().await?;
    PathStat::decode(answer).map_err(|error| Status::internal(error.to_string()))
}

/// # Errors
/// Where there can be no worker; what it finds wrong ends the answers.
pub fn read(
    place: Place,
    token: &Token,
    request: &ReadArchiveRequest,
) -> Result<Answers<ArchiveChunk>, Status> {
    let place = if request.contents { Place::Root } else { place };
    let worker = Worker::start(place, token, |ends| {
        pack::pack(&request.path, request.contents, ends.output)
    })?;
    Ok(answer(worker, |buffer| {
        let data = buffer.split().to_vec();
        Ok((!data.is_empty()).then_some(ArchiveChunk { data }))
    }))
}

/// # Errors
/// As [`read`].
pub fn changes(token: &Token, layers: usize) -> Result<Answers<Change>, Status> {
    let worker = Worker::start(Place::Agent, token, |ends| {
        changes::write(layers, ends.output)
    })?;
    Ok(answer(worker, next_change))
}

/// The next whole change, if there is one.
fn next_change(buffer: &mut BytesMut) -> Result<Option<Change>, Status> {
    let broken = |error: prost::DecodeError| Status::internal(error.to_string());
    if buffer.is_empty() {
        return Ok(None);
    }
    let Ok(length) = prost::decode_length_delimiter(&buffer[..]) else {
        return if buffer.len() < 10 {
            Ok(None)
        } else {
            Err(Status::internal("a broken change"))
        };
    };
    let start = prost::length_delimiter_len(length);
    if length > LARGEST_CHANGE {
        return Err(Status::internal("a path that is too long"));
    }
    if buffer.len() < start + length {
        return Ok(None);
    }
    buffer.advance(start);
    Change::decode(buffer.split_to(length))
        .map(Some)
        .map_err(broken)
}

/// Turns what a worker writes into answers, at the engine's pace. A call that is given up ends it.
fn answer<T: Send + 'static>(
    worker: Worker,
    next: impl Fn(&mut BytesMut) -> Result<Option<T>, Status> + Send + 'static,
) -> Answers<T> {
    let (answers, received) = mpsc::channel(ANSWERS);
    tokio::spawn(async move {
        let mut buffer = BytesMut::new();
        let result = loop {
            let read = tokio::select! {
                read = output::read_some(&worker.output, &mut buffer) => read,
                () = answers.closed() => return,
            };
            if !matches!(read, Ok(1..)) {
                break worker.finish().await;
            }
            loop {
                match next(&mut buffer) {
                    Ok(Some(answer)) => {
                        if answers.send(Ok(answer)).await.is_err() {
                            return;
                        }
                    }
                    Ok(None) => break,
                    Err(status) => {
                        let _gone = answers.send(Err(status)).await;
                        return;
                    }
                }
            }
        };
        if let Err(status) = result {
            let _gone = answers.send(Err(status)).await;
        }
    });
    received
}

/// # Errors
/// As the contract has them.
pub async fn write(
    place: Place<'_>,
    token: &Token,
    first: WriteArchiveRequest,
    mut rest: Streaming<WriteArchiveRequest>,
) -> Result<(), Status> {
    let choices = Choices {
        keep_kinds: first.keep_kinds,
        keep_owners: first.keep_owners,
    };
    // A machine of mode `FILES` may be killed with the engine before it is switched off: what was
    // answered for must be on its disk by then.
    let alone = matches!(place, Place::Root);
    let worker = Worker::start(place, token, |ends| {
        unpack::unpack(&first.path, choices, ends.input)?;
        if alone {
            system::sync();
        }
        Ok(())
    })?;
    let mut data = first.data;
    loop {
        if worker.write(&data).await.is_err() {
            // It has read enough to know better.
            break;
        }
        match rest.message().await? {
            Some(next) => data = next.data,
            None => break,
        }
    }
    worker.finish().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_changes_as_they_come() {
        let change = Change {
            kind: 1,
            path: "/a".repeat(200),
        };
        let bytes = change.encode_length_delimited_to_vec();
        let mut buffer = BytesMut::new();
        for byte in bytes.iter().take(bytes.len() - 1) {
            buffer.extend_from_slice(&[*byte]);
            assert_eq!(next_change(&mut buffer).expect("no error"), None);
        }
        buffer.extend_from_slice(&bytes[bytes.len() - 1..]);
        assert_eq!(next_change(&mut buffer).expect("no error"), Some(change));
        assert!(buffer.is_empty());
    }
}
