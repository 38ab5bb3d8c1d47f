//! The resolver that the container sees at 127.0.0.11, port 53: it knows nothing, and carries
//! queries to the engine.

use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::dns::{LARGEST_QUERY, failure, is_query};
use crate::failure::{Doing, Failure};
use crate::names::Names;
use crate::redirect::{ADDRESS, PORT, Redirect};

/// How many connections there may be; further ones wait to be taken.
const CONNECTIONS: usize = 32;
/// How long one may take for its next query, or to take an answer.
const IDLE: Duration = Duration::from_secs(10);
const RETRY: Duration = Duration::from_millis(50);

/// Serves from now on, until the machine ends. Loopback is up.
///
/// # Errors
/// `SETUP` where the kernel refuses.
pub async fn start(names: &Arc<Names>) -> Result<(), Failure> {
    let address = SocketAddrV4::new(Ipv4Addr::from(ADDRESS), PORT);
    let udp = UdpSocket::bind(address)
        .await
        .doing("making the resolver")?;
    let tcp = TcpListener::bind(address)
        .await
        .doing("making the resolver")?;
    let redirect = Redirect::set_up()?;
    tokio::spawn(serve_udp(Arc::new(udp), Arc::clone(names)));
    let names = Arc::clone(names);
    tokio::spawn(async move {
        serve_tcp(&tcp, &names).await;
        drop(redirect);
    });
    Ok(())
}

async fn serve_udp(socket: Arc<UdpSocket>, names: Arc<Names>) {
    let mut buffer = [0; LARGEST_QUERY + 1];
    loop {
        let Ok((length, asker)) = socket.recv_from(&mut buffer).await else {
            sleep(RETRY).await;
            continue;
        };
        let query = &buffer[..length];
        if !is_query(query) {
            continue;
        }
        let query = Bytes::copy_from_slice(query);
        let Some(asked) = names.ask(query.clone(), false) else {
            let _lost_as_any_datagram = socket.try_send_to(&failure(&query), asker);
            continue;
        };
        let socket = Arc::clone(&socket);
        tokio::spawn(async move {
            let answer = asked.answer().await.unwrap_or_else(|| failure(&query));
            let _lost_as_any_datagram = socket.send_to(&answer, asker).await;
        });
    }
}

async fn serve_tcp(listener: &TcpListener, names: &Arc<Names>) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    while let Ok(taken) = Arc::clone(&free).acquire_owned().await {
        let Ok((mut stream, _)) = listener.accept().await else {
            sleep(RETRY).await;
            continue;
        };
        let names = Arc::clone(names);
        tokio::spawn(async move {
            let _hung_up = converse(&mut stream, &names).await;
            drop(taken);
        });
    }
}

/// Answers one query after the other, until the asker hangs up, sends what is none, or is idle.
async fn converse(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    names: &Arc<Names>,
) -> io::Result<()> {
    loop {
        let query = timeout(IDLE, read(stream)).await??;
        let answer = match names.ask(query.clone(), true) {
            Some(asked) => asked.answer().await,
            None => None,
        };
        let answer = answer.unwrap_or_else(|| failure(&query));
        let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
        let message = [&length.to_be_bytes(), answer.as_slice()].concat();
        timeout(IDLE, stream.write_all(&message)).await??;
    }
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Bytes> {
    let length = usize::from(stream.read_u16().await?);
    if length > LARGEST_QUERY {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut query = vec![0; length];
    stream.read_exact(&mut query).await?;
    if is_query(&query) {
        Ok(query.into())
    } else {
        Err(io::ErrorKind::InvalidData.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::duplex;

    const QUERY: &[u8] = b"\0\x0c\x12\x34\x01\0\0\0\0\0\0\0\0\0";

    #[tokio::test(start_paused = true)]
    async fn answers_queries_one_after_the_other() {
        let (mut ours, mut theirs) = duplex(64);
        let names = Arc::default();
        let server = tokio::spawn(async move { converse(&mut ours, &names).await });
        for _ in 0..2 {
            theirs.write_all(QUERY).await.expect("sent");
            let mut answer = [0; 14];
            theirs.read_exact(&mut answer).await.expect("an answer");
            assert_eq!(&answer, b"\0\x0c\x12\x34\x81\x82\0\0\0\0\0\0\0\0");
        }
        drop(theirs);
        let end = server.await.expect("joined").expect_err("an end");
        assert_eq!(end.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[tokio::test(start_paused = true)]
    async fn hangs_up_on_the_idle_and_on_nonsense() {
        let names = Arc::default();
        let (mut ours, theirs) = duplex(64);
        let end = converse(&mut ours, &names).await.expect_err("an end");
        assert_eq!(end.kind(), io::ErrorKind::TimedOut);
        drop(theirs);
        for nonsense in [
            &b"\0\x0b01234567890"[..],
            b"\xff\xff",
            b"\0\x0c\x12\x34\x81\0\0\0\0\0\0\0\0\0",
        ] {
            let (mut ours, mut theirs) = duplex(64);
            theirs.write_all(nonsense).await.expect("sent");
            let end = converse(&mut ours, &names).await.expect_err("an end");
            assert_eq!(end.kind(), io::ErrorKind::InvalidData);
        }
    }
}
