//! Port 53 of the resolver's address, led to the port that it really listens on: a container may
//! itself serve port 53 of all addresses, which nobody else could share with it.
//!
//! Two rules change the port in packets that pass, on their way out only and without any memory of
//! connections. The table belongs to the socket that made it: what a container flushes, it stays.

use crate::failure::{Doing, Failure};
use crate::netlink::{Batch, Body, Netlink};

/// The resolver's address.
pub const ADDRESS: [u8; 4] = [127, 0, 0, 11];
/// Where it listens: above the ports that the kernel gives out by itself.
pub const PORT: u16 = 65053;
const DOMAIN: u16 = 53;

const TABLE: &str = "kctl";
/// `uapi/linux/netfilter/nf_tables.h`
const NEW_TABLE: u16 = 0;
const NEW_CHAIN: u16 = 3;
const NEW_RULE: u16 = 6;
const OWNER: u32 = 2;
const REGISTER: u32 = 1;
const LOOPBACK: u32 = 1;

/// A direction of the traffic with the resolver.
struct Way {
    chain: &'static str,
    /// Among the hooks of packets that go out. Connection tracking is at -200, filters are at 0:
    /// all of them see port 53 in both directions.
    priority: i32,
    /// Where in the IP header the resolver's address is.
    address: u32,
    /// Where in the header of TCP or UDP its port is, what it is, and what it becomes.
    port: u32,
    from: u16,
    to: u16,
}

const WAYS: [Way; 2] = [
    Way {
        chain: "queries",
        priority: 300,
        address: 16,
        port: 2,
        from: DOMAIN,
        to: PORT,
    },
    Way {
        chain: "answers",
        priority: -300,
        address: 12,
        port: 0,
        from: PORT,
        to: DOMAIN,
    },
];

/// (protocol, where its checksum is)
const PROTOCOLS: [(i32, u32); 2] = [(libc::IPPROTO_UDP, 6), (libc::IPPROTO_TCP, 16)];

/// The rules, in force until this is dropped.
pub struct Redirect(#[allow(dead_code, reason = "its being open is what counts")] Netlink);

impl Redirect {
    /// # Errors
    /// `SETUP` where the kernel refuses.
    pub fn set_up() -> Result<Self, Failure> {
        let netlink = Netlink::open(libc::NETLINK_NETFILTER).doing("opening nfnetlink")?;
        netlink.carry_out(&batch())?;
        Ok(Self(netlink))
    }
}

fn batch() -> Batch {
    let mut batch = Batch::default();
    edge(&mut batch, libc::NFNL_MSG_BATCH_BEGIN);
    request(&mut batch, NEW_TABLE, |body| {
        body.text(1, TABLE);
        body.attribute(2, &OWNER.to_be_bytes());
    });
    for way in &WAYS {
        request(&mut batch, NEW_CHAIN, |body| chain(body, way));
        rule(&mut batch, way, |list| {
            // What does not go over loopback is let pass.
            let (meta_oif, not_equal, accept) = (5_u32, 1, 1_u32);
            expression(list, "meta", &[(1, REGISTER), (2, meta_oif)]);
            compare(list, not_equal, &LOOPBACK.to_ne_bytes());
            element(list, "immediate", |body| {
                body.attribute(1, &0_u32.to_be_bytes());
                body.nested(2, |data| {
                    data.nested(2, |verdict| verdict.attribute(1, &accept.to_be_bytes()));
                });
            });
        });
        for (protocol, checksum) in PROTOCOLS {
            rule(&mut batch, way, |list| {
                change_port(list, way, protocol, checksum)
            });
        }
    }
    batch.acknowledge_last();
    edge(&mut batch, libc::NFNL_MSG_BATCH_END);
    batch
}

fn edge(batch: &mut Batch, kind: libc::c_int) {
    let kind = u16::try_from(kind).unwrap_or_default();
    batch.request(kind, 0, "beginning with nftables".to_owned(), |body| {
        body.fixed(&[0, 0, 0, libc::NFNL_SUBSYS_NFTABLES as u8]);
    });
}

fn request(batch: &mut Batch, kind: u16, fill: impl FnOnce(&mut Body)) {
    let kind = ((libc::NFNL_SUBSYS_NFTABLES as u16) << 8) | kind;
    let flags = libc::NLM_F_CREATE | libc::NLM_F_APPEND;
    let doing = "leading names to the resolver".to_owned();
    batch.request(kind, flags, doing, |body| {
        body.fixed(&[libc::AF_INET as u8, 0, 0, 0]);
        fill(body);
    });
}

fn chain(body: &mut Body, way: &Way) {
    const OUT: u32 = 3;
    body.text(1, TABLE);
    body.text(3, way.chain);
    body.nested(4, |hook| {
        hook.attribute(1, &OUT.to_be_bytes());
        hook.attribute(2, &way.priority.to_be_bytes());
    });
    body.text(7, "filter");
}

fn rule(batch: &mut Batch, way: &Way, fill: impl FnOnce(&mut Body)) {
    request(batch, NEW_RULE, |body| {
        body.text(1, TABLE);
        body.text(2, way.chain);
        body.nested(4, fill);
    });
}

fn change_port(list: &mut Body, way: &Way, protocol: i32, checksum: u32) {
    // Beginning at the header of the network, or of the transport.
    let (network, transport) = (1, 2);
    let load = |list: &mut Body, base: u32, offset: u32, length: u32| {
        expression(
            list,
            "payload",
            &[(1, REGISTER), (2, base), (3, offset), (4, length)],
        );
    };
    load(list, network, way.address, 4);
    compare(list, 0, &ADDRESS);
    load(list, network, 9, 1);
    compare(list, 0, &[u8::try_from(protocol).unwrap_or_default()]);
    load(list, transport, way.port, 2);
    compare(list, 0, &way.from.to_be_bytes());
    element(list, "immediate", |body| {
        body.attribute(1, &REGISTER.to_be_bytes());
        body.nested(2, |data| data.attribute(1, &way.to.to_be_bytes()));
    });
    let internet_checksum = 1;
    expression(
        list,
        "payload",
        &[
            (2, transport),
            (3, way.port),
            (4, 2),
            (5, REGISTER),
            (6, internet_checksum),
            (7, checksum),
        ],
    );
}

fn compare(list: &mut Body, how: u32, with: &[u8]) {
    element(list, "cmp", |body| {
        body.attribute(1, &REGISTER.to_be_bytes());
        body.attribute(2, &how.to_be_bytes());
        body.nested(3, |data| data.attribute(1, with));
    });
}

fn expression(list: &mut Body, name: &str, numbers: &[(u16, u32)]) {
    element(list, name, |body| {
        for (kind, number) in numbers {
            body.attribute(*kind, &number.to_be_bytes());
        }
    });
}

fn element(list: &mut Body, name: &str, fill: impl FnOnce(&mut Body)) {
    list.nested(1, |element| {
        element.text(1, name);
        element.nested(2, fill);
    });
}
