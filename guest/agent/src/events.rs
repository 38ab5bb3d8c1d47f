//! Everything that happened to the container, numbered, kept until the engine has it on disk.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures_core::Stream;
use tokio::sync::Notify;
use tonic::Status;

use crate::proto::{Event, Exited, OutOfMemory, Output, Started, event::What, output};
use crate::system;

/// How much is kept before the container blocks, as on a full pipe.
const CAPACITY: usize = 1 << 20;
/// What an event costs beside its data, so that single bytes fill the buffer too.
const OVERHEAD: usize = 64;

/// The log of one container.
#[derive(Default)]
pub struct EventLog {
    state: Mutex<State>,
    acknowledged: Notify,
}

#[derive(Default)]
struct State {
    /// Not yet acknowledged, their numbers without gaps.
    kept: VecDeque<Event>,
    cost: usize,
    /// The last number given out.
    last: u64,
    /// Which reader is the current one.
    generation: u64,
    waiting: Vec<Waker>,
}

impl State {
    /// The number of the first event kept.
    fn first(&self) -> u64 {
        self.last + 1 - self.kept.len() as u64
    }

    fn event(&self, sequence: u64) -> Option<&Event> {
        let index = sequence.checked_sub(self.first())?;
        self.kept.get(usize::try_from(index).ok()?)
    }

    fn wake(&mut self) {
        self.waiting.drain(..).for_each(Waker::wake);
    }
}

fn cost(event: &Event) -> usize {
    match &event.what {
        Some(What::Output(output)) => OVERHEAD + output.data.len(),
        _ => OVERHEAD,
    }
}

impl EventLog {
    pub fn started(&self, started: Started) {
        self.push(What::Started(started));
    }

    /// Adds output; to be called after `room`.
    pub fn output(&self, stream: output::Stream, data: Bytes) {
        let stream = stream.into();
        self.push(What::Output(Output { stream, data }));
    }

    /// Adds that the kernel killed; to be called after `room`.
    pub fn out_of_memory(&self) {
        self.push(What::OutOfMemory(OutOfMemory {}));
    }

    /// Adds the last event, and gives its number.
    pub fn finish(&self, exited: Exited) -> u64 {
        self.push(What::Exited(exited))
    }

    fn push(&self, what: What) -> u64 {
        let mut state = self.lock();
        state.last += 1;
        let event = Event {
            sequence: state.last,
            time_ns: system::wall_clock_ns(),
            what: Some(what),
        };
        state.cost += cost(&event);
        state.kept.push_back(event);
        state.wake();
        state.last
    }

    /// Waits until output may be added.
    pub async fn room(&self) {
        self.until(|state| state.cost < CAPACITY).await;
    }

    /// Waits until everything up to a number is acknowledged.
    pub async fn acknowledged(&self, sequence: u64) {
        self.until(|state| state.first() > sequence).await;
    }

    async fn until(&self, reached: impl Fn(&State) -> bool) {
        loop {
            let change = self.acknowledged.notified();
            if reached(&self.lock()) {
                return;
            }
            change.await;
        }
    }

    /// Forgets everything up to a number.
    ///
    /// # Errors
    /// `OUT_OF_RANGE` for a number that was never given out.
    pub fn acknowledge(&self, sequence: u64) -> Result<(), Status> {
        let mut state = self.lock();
        if sequence > state.last {
            let last = state.last;
            let message = format!("acknowledged {sequence}, but the last event is {last}");
            return Err(Status::out_of_range(message));
        }
        while state.first() <= sequence {
            if let Some(event) = state.kept.pop_front() {
                state.cost -= cost(&event);
            }
        }
        drop(state);
        self.acknowledged.notify_waiters();
        Ok(())
    }

    pub fn last(&self) -> u64 {
        self.lock().last
    }

    /// Reads from after a number on, or from the first event kept; an older reader ends.
    pub fn read(self: &Arc<Self>, after: u64) -> EventStream {
        let mut state = self.lock();
        state.generation += 1;
        state.wake();
        EventStream {
            log: Arc::clone(self),
            next: after + 1,
            generation: state.generation,
            ended: false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The events as one call of the engine sees them.
pub struct EventStream {
    log: Arc<EventLog>,
    next: u64,
    generation: u64,
    ended: bool,
}

impl Stream for EventStream {
    type Item = Result<Event, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let log = Arc::clone(&self.log);
        let mut state = log.lock();
        if state.generation != self.generation {
            self.ended = true;
            let status = Status::aborted("a newer call has taken over");
            return Poll::Ready(Some(Err(status)));
        }
        self.next = self.next.max(state.first());
        if let Some(event) = state.event(self.next) {
            self.next += 1;
            return Poll::Ready(Some(Ok(event.clone())));
        }
        state.waiting.push(context.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::time::Duration;
    use tokio::time::timeout;
    use tonic::Code;

    fn log(outputs: usize, size: usize) -> Arc<EventLog> {
        let log = Arc::new(EventLog::default());
        for _ in 0..outputs {
            log.output(output::Stream::Stdout, Bytes::from(vec![b'x'; size]));
        }
        log
    }

    async fn next(stream: &mut EventStream) -> Result<Event, Status> {
        poll_fn(|context| Pin::new(&mut *stream).poll_next(context))
            .await
            .expect("an item")
    }

    async fn number(stream: &mut EventStream) -> u64 {
        next(stream).await.expect("an event").sequence
    }

    async fn blocks(future: impl Future) -> bool {
        timeout(Duration::from_millis(20), future).await.is_err()
    }

    #[tokio::test]
    async fn numbers_from_one_without_gaps() {
        let log = log(3, 1);
        let mut stream = log.read(0);
        for expected in 1..=3 {
            assert_eq!(number(&mut stream).await, expected);
        }
        assert!(blocks(next(&mut stream)).await);
    }

    #[tokio::test]
    async fn wakes_a_waiting_reader() {
        let log = log(0, 0);
        let mut stream = log.read(0);
        let reader = tokio::spawn(async move { number(&mut stream).await });
        tokio::task::yield_now().await;
        log.output(output::Stream::Stderr, Bytes::from_static(b"late"));
        assert_eq!(reader.await.expect("joined"), 1);
    }

    #[tokio::test]
    async fn begins_after_the_number_asked_for() {
        let mut stream = log(5, 1).read(3);
        assert_eq!(number(&mut stream).await, 4);
    }

    #[tokio::test]
    async fn begins_at_the_first_one_kept_where_an_older_is_asked_for() {
        let log = log(5, 1);
        log.acknowledge(2).expect("known");
        assert_eq!(number(&mut log.read(0)).await, 3);
    }

    #[tokio::test]
    async fn gives_an_unacknowledged_event_again() {
        let log = log(2, 1);
        assert_eq!(number(&mut log.read(0)).await, 1);
        assert_eq!(number(&mut log.read(0)).await, 1);
    }

    #[tokio::test]
    async fn ends_the_older_reader() {
        let log = log(1, 1);
        let mut older = log.read(0);
        let _newer = log.read(0);
        assert_eq!(
            next(&mut older).await.expect_err("ended").code(),
            Code::Aborted
        );
    }

    #[tokio::test]
    async fn has_no_room_beyond_its_capacity() {
        let log = log(16, 64 << 10);
        assert!(blocks(log.room()).await);
        log.acknowledge(1).expect("known");
        assert!(!blocks(log.room()).await);
    }

    #[tokio::test]
    async fn counts_what_tiny_events_cost() {
        let log = log(CAPACITY / OVERHEAD, 1);
        assert!(blocks(log.room()).await);
    }

    #[tokio::test]
    async fn waits_for_the_acknowledgement_of_a_number() {
        let log = log(2, 1);
        let last = log.finish(Exited::default());
        log.acknowledge(2).expect("known");
        assert!(blocks(log.acknowledged(last)).await);
        log.acknowledge(3).expect("known");
        assert!(!blocks(log.acknowledged(last)).await);
    }

    #[test]
    fn refuses_a_number_never_given_out() {
        let status = log(2, 1).acknowledge(3).expect_err("refused");
        assert_eq!(status.code(), Code::OutOfRange);
    }
}
