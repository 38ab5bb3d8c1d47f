//! The resolver that a container sees, and the engine that answers.

use kctl_agent::proto::{BootConfig, NameAnswer, NameQuery};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status, Streaming};

use crate::engine::{Client, Events, Exec, Outcome, connect, greet};
use crate::machine::{Machine, TOKEN, config, shell};

fn with_resolver(args: &[&str]) -> BootConfig {
    BootConfig {
        resolver: true,
        resolv_conf: "nameserver 127.0.0.11\n".to_owned(),
        ..config(args)
    }
}

/// What a shell command line prints in a container whose engine answers names.
async fn asked(script: &str, answer: fn(&NameQuery) -> Vec<u8>) -> Outcome {
    let machine = Machine::boot(&with_resolver(&["sleep", "1000"])).await;
    let mut client = greet(&machine).await;
    let mut events = Events::after(&mut client, 0).await;
    events.next().await.expect("started");
    Names::of(&mut client)
        .await
        .expect("a resolver")
        .keep_answering(answer);
    Exec::shell(&mut client, script).await
}

/// A call of `Names`.
struct Names {
    answers: mpsc::Sender<NameAnswer>,
    queries: Streaming<NameQuery>,
}

impl Names {
    async fn of(client: &mut Client) -> Result<Self, Status> {
        let (answers, sent) = mpsc::channel(16);
        let queries = client.names(ReceiverStream::new(sent)).await?.into_inner();
        Ok(Self { answers, queries })
    }

    async fn next(&mut self) -> NameQuery {
        self.queries
            .message()
            .await
            .expect("a query")
            .expect("not the end")
    }

    async fn answer(&self, id: u64, message: Vec<u8>) {
        self.answers
            .send(NameAnswer { id, message })
            .await
            .expect("open");
    }

    /// Answers all there will be.
    fn keep_answering(mut self, answer: fn(&NameQuery) -> Vec<u8>) {
        tokio::spawn(async move {
            while let Ok(Some(query)) = self.queries.message().await {
                self.answer(query.id, answer(&query)).await;
            }
        });
    }
}

/// 192.0.2.7 for every question after an A record, and nothing for other types.
fn address(query: &NameQuery) -> Vec<u8> {
    let question = &query.message[12..];
    let end = question.iter().position(|byte| *byte == 0).expect("a name") + 5;
    let has_address = question[end - 3] == 1;
    let mut answer = query.message[..2].to_vec();
    answer.extend_from_slice(&[0x81, 0x80, 0, 1, 0, has_address.into(), 0, 0, 0, 0]);
    answer.extend_from_slice(&question[..end]);
    if has_address {
        answer.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7]);
    }
    answer
}

#[tokio::test]
async fn a_container_asks_in_every_way_and_may_serve_names_itself() {
    let outcome = asked("probe names", |query| {
        let mut answer = query.message.to_vec();
        answer[12] = if query.over_tcp { 43 } else { 42 };
        answer
    })
    .await;
    let expected = "connected: 42 from 127.0.0.11:53\n\
        unconnected: 42 from 127.0.0.11:53\n\
        tcp: 43 from 127.0.0.11:53\n\
        own: 99 from 127.0.0.1:53\n";
    assert_eq!(outcome.stdout(), expected, "{}", outcome.stderr());
}

#[tokio::test]
async fn the_c_library_finds_what_the_engine_knows() {
    let script = "probe look web.example; ping -c 1 -W 1 web | head -1; nslookup db 127.0.0.11";
    let outcome = asked(script, address).await;
    let stdout = outcome.stdout();
    assert!(stdout.contains("web.example is 192.0.2.7\n"), "{stdout}");
    assert!(
        stdout.contains("PING web (192.0.2.7)"),
        "{stdout} {}",
        outcome.stderr()
    );
    assert!(stdout.contains("Address: 192.0.2.7\n"), "{stdout}");
}

#[tokio::test]
async fn a_query_outlives_the_engine_that_heard_it() {
    // However long the next engine takes: who asks again is answered too.
    let script = "until probe look web | grep 'web is'; do :; done";
    let config = BootConfig {
        process: shell(script).process,
        ..with_resolver(&["sh"])
    };
    let machine = Machine::boot(&config).await;
    let mut client = greet(&machine).await;
    let mut names = Names::of(&mut client).await.expect("a resolver");
    let first = names.next().await;
    drop((names, client));
    let mut client = connect(&machine, &TOKEN).await.expect("the engine");
    let mut names = Names::of(&mut client).await.expect("a resolver");
    let again = names.next().await;
    assert!(again.id >= first.id, "{} after {}", again.id, first.id);
    names.answer(again.id, address(&again)).await;
    names.keep_answering(address);
    let outcome = Events::after(&mut client, 0).await.all().await;
    assert_eq!(outcome.stdout(), "web is 192.0.2.7\n");
}

#[tokio::test]
async fn a_program_is_told_that_there_is_no_answer() {
    let stdout = asked("probe look web", |_| Vec::new()).await.stdout();
    assert!(
        stdout.contains("Temporary failure in name resolution"),
        "{stdout}"
    );
}

#[tokio::test]
async fn there_is_a_resolver_only_where_it_was_asked_for() {
    let machine = Machine::boot(&shell("sleep 1000")).await;
    let mut client = greet(&machine).await;
    let status = Names::of(&mut client).await.err().expect("refused");
    assert_eq!(status.code(), Code::FailedPrecondition);
}
