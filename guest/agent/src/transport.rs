//! Connections with the engine: the token first, then HTTP/2, the guest always being the server.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};
use tokio_vsock::{VMADDR_CID_ANY, VMADDR_CID_HOST, VsockAddr, VsockListener, VsockStream};

use crate::boot::{Boot, TOKEN_LENGTH, Token};
use crate::proto::agent_server::AgentServer;
use crate::service::AgentService;

/// How long a connection may take to show the token.
const TOKEN_TIME: Duration = Duration::from_secs(5);
/// How many connections may be about to; one more, and the oldest of them is dropped.
const UNPROVEN: usize = 8;
const FIRST_RETRY: Duration = Duration::from_millis(50);
const LAST_RETRY: Duration = Duration::from_secs(2);
/// Each of the container's further processes is a call.
const STREAMS: u32 = 1024;
/// What a call may send before it is read, and all of them together: one whose input nobody takes
/// must not keep the others from being heard.
const STREAM_WINDOW: u32 = 128 << 10;
const CONNECTION_WINDOW: u32 = 64 << 20;

/// Listens, and dials the host in the background.
///
/// # Errors
/// Where the port cannot be had.
pub fn start(boot: &Boot, service: &AgentService) -> Result<(), String> {
    let port = boot.config.agent_port;
    let listener = VsockListener::bind(VsockAddr::new(VMADDR_CID_ANY, port))
        .map_err(|error| format!("listening on vsock port {port}: {error}"))?;
    let token = &boot.token;
    tokio::spawn(listen(listener, Arc::clone(token), service.clone()));
    let host = VsockAddr::new(VMADDR_CID_HOST, boot.config.host_port);
    tokio::spawn(dial(host, Arc::clone(token), service.clone()));
    Ok(())
}

async fn listen(listener: VsockListener, token: Arc<Token>, service: AgentService) {
    let mut unproven = Unproven::default();
    loop {
        match std::future::poll_fn(|context| listener.poll_accept(context)).await {
            Ok((stream, _)) => {
                let (token, service) = (Arc::clone(&token), service.clone());
                let proof = tokio::spawn(async move {
                    if let Some(stream) = admit(stream, &token).await {
                        tokio::spawn(serve(stream, service));
                    }
                });
                unproven.add(proof.abort_handle());
            }
            Err(_) => sleep(FIRST_RETRY).await,
        }
    }
}

/// Connections that have not shown the token yet.
#[derive(Default)]
struct Unproven(VecDeque<AbortHandle>);

impl Unproven {
    fn add(&mut self, connection: AbortHandle) {
        self.0.retain(|older| !older.is_finished());
        if self.0.len() == UNPROVEN {
            if let Some(oldest) = self.0.pop_front() {
                oldest.abort();
            }
        }
        self.0.push_back(connection);
    }
}

/// Until the engine was there once, by this way or the other: after that it comes by itself.
async fn dial(host: VsockAddr, token: Arc<Token>, service: AgentService) {
    let mut pause = FIRST_RETRY;
    loop {
        if let Ok(mut stream) = VsockStream::connect(host).await {
            if introduce(&mut stream, &token).await.is_ok() {
                return serve(stream, service).await;
            }
        }
        if service.was_called() {
            return;
        }
        sleep(pause).await;
        pause = (pause * 2).min(LAST_RETRY);
    }
}

/// Shows the token and wants to see it.
async fn introduce(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    token: &Token,
) -> io::Result<()> {
    stream.write_all(token.bytes()).await?;
    expect_token(stream, token).await
}

/// Wants to see the token, in time, and shows it; `None` for a stranger.
async fn admit<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, token: &Token) -> Option<S> {
    timeout(TOKEN_TIME, expect_token(&mut stream, token))
        .await
        .ok()?
        .ok()?;
    stream.write_all(token.bytes()).await.ok()?;
    Some(stream)
}

async fn expect_token(stream: &mut (impl AsyncRead + Unpin), token: &Token) -> io::Result<()> {
    let mut shown = [0; TOKEN_LENGTH];
    stream.read_exact(&mut shown).await?;
    let matches = token.matches(&shown);
    // What is forked later has a copy of this memory.
    shown.fill(0);
    std::hint::black_box(&shown);
    if matches {
        Ok(())
    } else {
        Err(io::ErrorKind::PermissionDenied.into())
    }
}

async fn serve(stream: VsockStream, service: AgentService) {
    let service = TowerToHyperService::new(AgentServer::new(service));
    // The engine going away is nothing to report: the next one connects again.
    let _gone = http2::Builder::new(TokioExecutor::new())
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> Token {
        [7; TOKEN_LENGTH].into()
    }

    #[tokio::test]
    async fn admits_who_knows_the_token() {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let guest = tokio::spawn(async move { admit(ours, &token()).await.is_some() });
        introduce(&mut theirs, &token()).await.expect("admitted");
        assert!(guest.await.expect("joined"));
    }

    #[tokio::test]
    async fn drops_a_stranger_without_a_word() {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let guest = tokio::spawn(async move { admit(ours, &token()).await.is_some() });
        theirs.write_all(&[8; TOKEN_LENGTH]).await.expect("sent");
        assert!(!guest.await.expect("joined"));
        let mut answer = Vec::new();
        theirs.read_to_end(&mut answer).await.expect("closed");
        assert_eq!(answer, []);
    }

    #[tokio::test(start_paused = true)]
    async fn drops_who_says_nothing() {
        let (ours, _theirs) = tokio::io::duplex(64);
        assert!(admit(ours, &token()).await.is_none());
    }

    #[tokio::test]
    async fn keeps_few_that_have_not_shown_the_token() {
        let mut unproven = Unproven::default();
        let connections: Vec<_> = (0..=UNPROVEN)
            .map(|_| tokio::spawn(std::future::pending::<()>()))
            .collect();
        for connection in &connections {
            unproven.add(connection.abort_handle());
        }
        tokio::task::yield_now().await;
        let ended: Vec<_> = connections.iter().map(|c| c.is_finished()).collect();
        assert!(ended[0]);
        assert!(ended[1..].iter().all(|ended| !ended));
    }
}
