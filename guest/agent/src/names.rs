//! What the container asks the resolver, on its way to the engine and back.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tonic::{Status, Streaming};

use crate::proto::{NameAnswer, NameQuery};

/// How long an answer is waited for: glibc's resolver has given up by then, musl's long before.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many queries wait at once, and how much memory all of them take.
const MOST: usize = 256;
const MOST_BYTES: usize = 64 << 10;

/// The queries that have no answer yet.
#[derive(Default)]
pub struct Names(Mutex<State>);

#[derive(Default)]
struct State {
    last: u64,
    waiting: BTreeMap<u64, Waiting>,
    bytes: usize,
    /// Counts calls of the engine.
    generation: u64,
    reader: Option<Waker>,
}

struct Waiting {
    query: NameQuery,
    answer: oneshot::Sender<Vec<u8>>,
}

/// A query under way; dropped, nobody waits for its answer any more.
pub struct Asked {
    names: Arc<Names>,
    id: u64,
    answer: oneshot::Receiver<Vec<u8>>,
}

impl Names {
    /// `None` where too many wait already.
    pub fn ask(self: &Arc<Self>, message: Bytes, over_tcp: bool) -> Option<Asked> {
        let mut state = self.lock();
        if state.waiting.len() == MOST || state.bytes + message.len() > MOST_BYTES {
            return None;
        }
        state.last += 1;
        state.bytes += message.len();
        let id = state.last;
        let (answer, receiver) = oneshot::channel();
        let query = NameQuery {
            id,
            message,
            over_tcp,
        };
        state.waiting.insert(id, Waiting { query, answer });
        state.wake();
        Some(Asked {
            names: Arc::clone(self),
            id,
            answer: receiver,
        })
    }

    /// What waits, and what comes, for an engine that answers; an older one's call ends.
    pub fn serve(self: &Arc<Self>, mut answers: Streaming<NameAnswer>) -> Queries {
        let names = Arc::clone(self);
        tokio::spawn(async move {
            while let Ok(Some(answer)) = answers.message().await {
                names.answer(answer);
            }
        });
        self.queries()
    }

    fn queries(self: &Arc<Self>) -> Queries {
        let mut state = self.lock();
        state.generation += 1;
        state.wake();
        Queries {
            names: Arc::clone(self),
            next: 0,
            generation: state.generation,
            ended: false,
        }
    }

    fn answer(&self, answer: NameAnswer) {
        if let Some(waiting) = self.lock().take(answer.id) {
            let _gave_up = waiting.answer.send(answer.message);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self, id: u64) -> Option<Waiting> {
        let waiting = self.waiting.remove(&id)?;
        self.bytes -= waiting.query.message.len();
        Some(waiting)
    }

    fn wake(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

impl Asked {
    /// Waits for the answer; `None` where there is none.
    pub async fn answer(mut self) -> Option<Vec<u8>> {
        let answer = timeout(PATIENCE, &mut self.answer).await.ok()?.ok()?;
        Some(answer).filter(|answer| !answer.is_empty())
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.names.lock().take(self.id);
    }
}

/// The queries as one call of the engine sees them.
pub struct Queries {
    names: Arc<Names>,
    /// What has a smaller number was told.
    next: u64,
    generation: u64,
    ended: bool,
}

impl Stream for Queries {
    type Item = Result<NameQuery, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let names = Arc::clone(&self.names);
        let mut state = names.lock();
        if state.generation != self.generation {
            self.ended = true;
            let status = Status::aborted("a newer call has taken over");
            return Poll::Ready(Some(Err(status)));
        }
        if let Some((id, waiting)) = state.waiting.range(self.next..).next() {
            self.next = id + 1;
            return Poll::Ready(Some(Ok(waiting.query.clone())));
        }
        state.reader = Some(context.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use tonic::Code;

    fn ask(names: &Arc<Names>, message: &'static [u8]) -> Asked {
        names.ask(Bytes::from_static(message), false).expect("room")
    }

    async fn next(queries: &mut Queries) -> Result<NameQuery, Status> {
        poll_fn(|context| Pin::new(&mut *queries).poll_next(context))
            .await
            .expect("an item")
    }

    fn reply(names: &Names, id: u64, message: &[u8]) {
        let message = message.to_vec();
        names.answer(NameAnswer { id, message });
    }

    #[tokio::test]
    async fn carries_a_query_to_its_answer() {
        let names = Arc::default();
        let mut queries = Names::queries(&names);
        let (one, two) = (ask(&names, b"one"), ask(&names, b"two"));
        let first = next(&mut queries).await.expect("a query");
        let second = next(&mut queries).await.expect("a query");
        assert_eq!(
            (&first.message[..], &second.message[..]),
            (&b"one"[..], &b"two"[..])
        );
        reply(&names, second.id, b"2");
        reply(&names, first.id, b"1");
        assert_eq!(one.answer().await.as_deref(), Some(&b"1"[..]));
        assert_eq!(two.answer().await.as_deref(), Some(&b"2"[..]));
        assert_eq!(names.lock().bytes, 0);
    }

    #[tokio::test]
    async fn wakes_a_waiting_engine() {
        let names = Arc::default();
        let mut queries = Names::queries(&names);
        let reader = tokio::spawn(async move { next(&mut queries).await });
        tokio::task::yield_now().await;
        let _asked = ask(&names, b"late");
        let query = reader.await.expect("joined").expect("a query");
        assert_eq!(&query.message[..], b"late");
    }

    #[tokio::test]
    async fn asks_the_next_engine_what_the_last_one_left() {
        let names = Arc::default();
        let mut older = Names::queries(&names);
        let asked = ask(&names, b"x");
        let id = next(&mut older).await.expect("a query").id;
        let mut newer = Names::queries(&names);
        let status = next(&mut older).await.expect_err("ended");
        assert_eq!(status.code(), Code::Aborted);
        assert_eq!(next(&mut newer).await.expect("again").id, id);
        reply(&names, id, b"y");
        assert_eq!(asked.answer().await.as_deref(), Some(&b"y"[..]));
    }

    #[tokio::test(start_paused = true)]
    async fn gives_up_in_time() {
        let names = Arc::default();
        assert_eq!(ask(&names, b"x").answer().await, None);
        let state = names.lock();
        assert_eq!((state.waiting.len(), state.bytes), (0, 0));
    }

    #[tokio::test]
    async fn takes_an_empty_answer_for_none_and_a_strange_one_for_nothing() {
        let names = Arc::default();
        let asked = ask(&names, b"x");
        reply(&names, asked.id + 1, b"z");
        reply(&names, asked.id, b"");
        assert_eq!(asked.answer().await, None);
    }

    #[tokio::test]
    async fn refuses_too_many_and_too_much() {
        let names: Arc<Names> = Arc::default();
        let many: Vec<_> = (0..MOST).map(|_| ask(&names, b"x")).collect();
        assert!(names.ask(Bytes::from_static(b"x"), true).is_none());
        drop(many);
        let _half = names
            .ask(Bytes::from(vec![0; MOST_BYTES / 2]), true)
            .expect("room");
        assert!(
            names
                .ask(Bytes::from(vec![0; MOST_BYTES / 2 + 1]), true)
                .is_none()
        );
        let _rest = names
            .ask(Bytes::from(vec![0; MOST_BYTES / 2]), true)
            .expect("room");
    }
}
