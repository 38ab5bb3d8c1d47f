//! The container's network interfaces, made as the engine says in one go: nothing is waited for and
//! nothing learned from the network.

use std::fs;
use std::io;
use std::net::IpAddr;

use crate::failure::{Doing, Failure};
use crate::netlink::{Batch, Body, Netlink, attributes};
use crate::proto::NetworkInterface;

/// Of `struct ifinfomsg`.
const LINK_HEADER: usize = 16;
/// What IPv6 takes for a route that says nothing.
const USUAL_METRIC6: u32 = 1024;

/// To be called in the container's namespaces, with its `/proc` just mounted and nothing of it
/// read-only yet.
///
/// # Errors
/// A failure of reason `SETUP` which names the interface.
pub fn configure(interfaces: &[NetworkInterface]) -> Result<(), Failure> {
    if interfaces.is_empty() {
        return Ok(());
    }
    let netlink = Netlink::open(libc::NETLINK_ROUTE).doing("opening rtnetlink")?;
    let links = links(&netlink).doing("listing network devices")?;
    let mut found = Vec::with_capacity(interfaces.len());
    for interface in interfaces {
        let link = Interface::parse(interface, &links)?;
        link.learn_nothing()?;
        found.push(link);
    }
    let mut batch = Batch::default();
    make_way(&found, &mut batch);
    for (rank, interface) in (0..).zip(&found) {
        interface.describe(rank, &mut batch);
    }
    batch.acknowledge_last();
    netlink.carry_out(&batch)
}

/// A device as the kernel has it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Link {
    index: u32,
    name: String,
    mac: Vec<u8>,
    mtu: u32,
}

fn links(netlink: &Netlink) -> io::Result<Vec<Link>> {
    let mut batch = Batch::default();
    batch.request(libc::RTM_GETLINK, libc::NLM_F_DUMP, String::new(), |body| {
        body.fixed(&[0; LINK_HEADER]);
    });
    let answers = netlink.list(&batch)?;
    Ok(answers.iter().filter_map(|answer| link(answer)).collect())
}

fn link(answer: &[u8]) -> Option<Link> {
    let mut link = Link {
        index: u32::from_ne_bytes(*answer.get(4..)?.first_chunk()?),
        ..Link::default()
    };
    for (kind, value) in attributes(answer.get(LINK_HEADER..)?) {
        match kind {
            libc::IFLA_ADDRESS => link.mac = value.to_vec(),
            libc::IFLA_IFNAME => {
                link.name = String::from_utf8_lossy(value.strip_suffix(&[0])?).into_owned();
            }
            libc::IFLA_MTU => link.mtu = u32::from_ne_bytes(*value.first_chunk()?),
            _ => {}
        }
    }
    Some(link)
}

/// What one is to become, and the device that is to become it.
struct Interface<'a> {
    name: &'a str,
    link: &'a Link,
    mtu: u32,
    addresses: Vec<(IpAddr, u8)>,
    gateways: Vec<IpAddr>,
}

impl<'a> Interface<'a> {
    fn parse(wanted: &'a NetworkInterface, links: &'a [Link]) -> Result<Self, Failure> {
        let refuse = |what: String| Failure::setup(format!("interface {}: {what}", wanted.name));
        let mac = mac(&wanted.mac)
            .ok_or_else(|| refuse(format!("{:?} is no hardware address", wanted.mac)))?;
        let link = links
            .iter()
            .find(|link| link.mac == mac)
            .ok_or_else(|| refuse(format!("no device with the address {}", wanted.mac)))?;
        let addresses = wanted.addresses.iter().map(|text| {
            address(text).ok_or_else(|| refuse(format!("{text:?} is no address with a prefix")))
        });
        let gateways = [(&wanted.gateway4, false), (&wanted.gateway6, true)];
        let gateways = gateways.into_iter().filter(|(text, _)| !text.is_empty());
        let gateways = gateways.map(|(text, six)| {
            let gateway = text.parse().ok().filter(|ip: &IpAddr| ip.is_ipv6() == six);
            let version = if six { 6 } else { 4 };
            gateway.ok_or_else(|| refuse(format!("{text:?} is no IPv{version} address")))
        });
        Ok(Self {
            name: &wanted.name,
            link,
            mtu: wanted.mtu,
            addresses: addresses.collect::<Result<_, _>>()?,
            gateways: gateways.collect::<Result<_, _>>()?,
        })
    }

    /// No router says what it is to have, no neighbour whether it may; and without an IPv6 address
    /// there is no IPv6 on it, as with Docker.
    fn learn_nothing(&self) -> Result<(), Failure> {
        let six = self.addresses.iter().any(|(ip, _)| ip.is_ipv6());
        let settings: &[(&str, &str)] = if six {
            &[("accept_ra", "0"), ("accept_dad", "0")]
        } else {
            &[("disable_ipv6", "1")]
        };
        for (setting, value) in settings {
            let path = format!("/proc/sys/net/ipv6/conf/{}/{setting}", self.link.name);
            let doing = format_args!("interface {}: setting {setting}={value}", self.name);
            fs::write(path, value).doing(doing)?;
        }
        Ok(())
    }

    fn describe(&self, rank: u32, batch: &mut Batch) {
        let doing = |what: String| format!("interface {}: {what}", self.name);
        let link = self.link;
        batch.request(
            libc::RTM_NEWLINK,
            0,
            doing("bringing it up".to_owned()),
            |body| {
                change_link(body, link.index, true);
                if link.name != self.name {
                    body.text(libc::IFLA_IFNAME, self.name);
                }
                if self.mtu != 0 && self.mtu != link.mtu {
                    body.attribute(libc::IFLA_MTU, &self.mtu.to_ne_bytes());
                }
            },
        );
        let new = libc::NLM_F_CREATE | libc::NLM_F_EXCL;
        for (ip, prefix) in &self.addresses {
            let doing = doing(format!("adding the address {ip}/{prefix}"));
            batch.request(libc::RTM_NEWADDR, new, doing, |body| {
                add_address(body, link.index, *ip, *prefix);
            });
        }
        for gateway in &self.gateways {
            let doing = doing(format!("adding the default route by {gateway}"));
            batch.request(libc::RTM_NEWROUTE, new, doing, |body| {
                add_default_route(body, link.index, *gateway, rank);
            });
        }
    }
}

/// Where a device still has the name that another one is to get, all that get a new name have an
/// interim one first.
fn make_way(interfaces: &[Interface], batch: &mut Batch) {
    let renamed = || interfaces.iter().filter(|i| i.name != i.link.name);
    if !renamed().any(|one| interfaces.iter().any(|other| other.link.name == one.name)) {
        return;
    }
    for interface in renamed() {
        let doing = format!(
            "interface {}: renaming {}",
            interface.name, interface.link.name
        );
        batch.request(libc::RTM_NEWLINK, 0, doing, |body| {
            change_link(body, interface.link.index, false);
            body.text(
                libc::IFLA_IFNAME,
                &format!("interim{}", interface.link.index),
            );
        });
    }
}

fn change_link(body: &mut Body, index: u32, up: bool) {
    let flags = if up { libc::IFF_UP as u32 } else { 0 };
    // Family and type; index; flags; which of them change.
    body.fixed(&[0; 4]);
    for field in [index, flags, flags] {
        body.fixed(&field.to_ne_bytes());
    }
}

fn add_address(body: &mut Body, index: u32, ip: IpAddr, prefix: u8) {
    // A byte in this message, an int in libc.
    const NO_DAD: u8 = libc::IFA_F_NODAD as u8;
    const GLOBAL: u8 = libc::RT_SCOPE_UNIVERSE;
    body.fixed(&[family(ip), prefix, NO_DAD, GLOBAL]);
    body.fixed(&index.to_ne_bytes());
    let bytes = bytes(ip);
    body.attribute(libc::IFA_LOCAL, &bytes);
    body.attribute(libc::IFA_ADDRESS, &bytes);
    if let IpAddr::V4(ip) = ip {
        // Of a network of two, or of one alone, there is none.
        if prefix < 31 {
            let broadcast = u32::from(ip) | (u32::MAX >> prefix);
            body.attribute(libc::IFA_BROADCAST, &broadcast.to_be_bytes());
        }
    }
}

fn add_default_route(body: &mut Body, index: u32, gateway: IpAddr, rank: u32) {
    let metric = match gateway {
        IpAddr::V4(_) => rank,
        IpAddr::V6(_) => USUAL_METRIC6 + rank,
    };
    let (table, boot) = (libc::RT_TABLE_MAIN, libc::RTPROT_BOOT);
    body.fixed(&[
        family(gateway),
        0,
        0,
        0,
        table,
        boot,
        libc::RT_SCOPE_UNIVERSE,
        libc::RTN_UNICAST,
    ]);
    body.fixed(&[0; 4]);
    body.attribute(libc::RTA_GATEWAY, &bytes(gateway));
    body.attribute(libc::RTA_OIF, &index.to_ne_bytes());
    body.attribute(libc::RTA_PRIORITY, &metric.to_ne_bytes());
}

fn family(ip: IpAddr) -> u8 {
    let family = match ip {
        IpAddr::V4(_) => libc::AF_INET,
        IpAddr::V6(_) => libc::AF_INET6,
    };
    u8::try_from(family).unwrap_or_default()
}

fn bytes(ip: IpAddr) -> Vec<u8> {
    match ip {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    }
}

/// `02:42:ac:12:00:02`
fn mac(text: &str) -> Option<Vec<u8>> {
    let byte = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|digit| digit.is_ascii_hexdigit());
        u8::from_str_radix(part, 16).ok().filter(|_| digits)
    };
    let bytes: Option<Vec<u8>> = text.split(':').map(byte).collect();
    bytes.filter(|bytes| bytes.len() == 6)
}

/// `172.18.0.2/16`
fn address(text: &str) -> Option<(IpAddr, u8)> {
    let (ip, prefix) = text.split_once('/')?;
    let (ip, prefix): (IpAddr, u8) = (ip.parse().ok()?, prefix.parse().ok()?);
    let longest = if ip.is_ipv4() { 32 } else { 128 };
    (prefix <= longest).then_some((ip, prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> NetworkInterface {
        NetworkInterface {
            name: "eth0".to_owned(),
            mac: "02:42:ac:12:00:02".to_owned(),
            addresses: vec!["172.18.0.2/16".to_owned(), "fd00::2/64".to_owned()],
            gateway4: "172.18.0.1".to_owned(),
            gateway6: "fd00::1".to_owned(),
            mtu: 1400,
        }
    }

    fn device() -> Vec<Link> {
        vec![Link {
            index: 2,
            name: "eth0".to_owned(),
            mac: vec![2, 0x42, 0xac, 0x12, 0, 2],
            mtu: 1500,
        }]
    }

    fn refusal(change: impl FnOnce(&mut NetworkInterface)) -> String {
        let mut interface = wanted();
        change(&mut interface);
        let links = device();
        let failure = Interface::parse(&interface, &links).err();
        failure.expect("refused").message
    }

    #[test]
    fn finds_the_device_by_its_address() {
        let (links, wanted) = (device(), wanted());
        let interface = Interface::parse(&wanted, &links).expect("accepted");
        assert_eq!(interface.link.index, 2);
        assert_eq!(interface.addresses.len(), 2);
        assert_eq!(interface.gateways.len(), 2);
    }

    #[test]
    fn names_what_makes_no_sense() {
        let text = refusal(|i| i.mac = "02:42:ac:12:00:03".to_owned());
        assert_eq!(
            text,
            "interface eth0: no device with the address 02:42:ac:12:00:03"
        );
        let text = refusal(|i| i.mac = "2:42:ac:12:0:3".to_owned());
        assert_eq!(
            text,
            "interface eth0: \"2:42:ac:12:0:3\" is no hardware address"
        );
        let text = refusal(|i| i.addresses = vec!["172.18.0.2/33".to_owned()]);
        assert_eq!(
            text,
            "interface eth0: \"172.18.0.2/33\" is no address with a prefix"
        );
        let text = refusal(|i| i.gateway4 = "fd00::1".to_owned());
        assert_eq!(text, "interface eth0: \"fd00::1\" is no IPv4 address");
        let text = refusal(|i| i.gateway6 = "x".to_owned());
        assert_eq!(text, "interface eth0: \"x\" is no IPv6 address");
    }

    #[test]
    fn lists_the_devices_there_are() {
        let netlink = Netlink::open(libc::NETLINK_ROUTE).expect("a socket");
        let links = links(&netlink).expect("a list");
        let lo = links
            .iter()
            .find(|link| link.name == "lo")
            .expect("loopback");
        assert_eq!((lo.index, lo.mac.len()), (1, 6));
    }

    #[test]
    fn reads_addresses() {
        assert_eq!(
            mac("02:42:ac:12:00:0F"),
            Some(vec![2, 0x42, 0xac, 0x12, 0, 15])
        );
        for bad in [
            "",
            "02:42:ac:12:00",
            "02:42:ac:12:00:0f:01",
            "+2:42:ac:12:00:02",
        ] {
            assert_eq!(mac(bad), None, "{bad}");
        }
        assert_eq!(
            address("fd00::2/64"),
            Some(("fd00::2".parse().expect("IPv6"), 64))
        );
        for bad in ["", "172.18.0.2", "172.18.0.2/", "x/16", "fd00::2/129"] {
            assert_eq!(address(bad), None, "{bad}");
        }
    }
}
