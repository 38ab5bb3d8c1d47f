//! TAP devices that a child finds open: made by the engine, which also connects them to a bridge.

use std::ffi::CString;
use std::io;
use std::mem;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use crate::descriptors;
use crate::process::check;
use crate::protocol::Failure;

/// Opens the device of that name in the keeper's own network namespace, with virtio-net headers. The
/// kernel would make one that is missing (Documentation/networking/tuntap.rst): that is refused, for
/// it would be connected to nothing.
pub fn open(name: &str) -> Result<OwnedFd, Failure> {
    let request = request(name)?;
    // SAFETY: the name in the request ends with a zero and lives through the call.
    if unsafe { libc::if_nametoindex(request.ifr_name.as_ptr()) } == 0 {
        return Err(Failure::not_found(format!("TAP {name} does not exist")));
    }
    let device = descriptors::open(Path::new("/dev/net/tun"), libc::O_RDWR)
        .map_err(|error| Failure::system("open /dev/net/tun", &error))?;
    // SAFETY: the request lives through the call, and is what TUNSETIFF takes.
    check(unsafe { libc::ioctl(device.as_raw_fd(), libc::TUNSETIFF, &raw const request) })
        .map_err(|error| refused(name, &error))?;
    Ok(device)
}

fn request(name: &str) -> Result<libc::ifreq, Failure> {
    // SAFETY: all-zero is a value of this plain structure.
    let mut request: libc::ifreq = unsafe { mem::zeroed() };
    let text = CString::new(name)
        .ok()
        .filter(|text| (1..libc::IFNAMSIZ).contains(&text.as_bytes().len()))
        .ok_or_else(|| Failure::invalid(format!("{name:?} is not a name for a TAP")))?;
    for (place, byte) in request.ifr_name.iter_mut().zip(text.as_bytes()) {
        *place = *byte as libc::c_char;
    }
    let flags = libc::IFF_TAP | libc::IFF_NO_PI | libc::IFF_VNET_HDR;
    request.ifr_ifru.ifru_flags = flags as libc::c_short;
    Ok(request)
}

fn refused(name: &str, error: &io::Error) -> Failure {
    let reason = match error.raw_os_error() {
        Some(libc::EBUSY) => "another process holds it",
        Some(libc::EPERM) => "only root and its owner may",
        Some(libc::EINVAL) => "it is no TAP, or one of several queues",
        _ => return Failure::system(format_args!("open TAP {name}"), error),
    };
    Failure {
        message: format!("open TAP {name}: {reason}"),
        ..Failure::system(name, error)
    }
}
