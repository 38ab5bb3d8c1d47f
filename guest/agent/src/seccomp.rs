//! Docker's default seccomp profile, as a classic BPF program.
//!
//! `seccomp/allowed.txt` names what is allowed, `seccomp/by-capability.txt` what a capability adds;
//! what depends on arguments is here. The program is a
//! binary search over runs of numbers that share a verdict, so a call costs about eight
//! instructions, and those allowed whatever their arguments cost the kernel none.

use std::io;

use crate::capabilities::Capabilities;
use crate::system::check;

const PROFILE: &str = include_str!("../seccomp/allowed.txt");
const BY_CAPABILITY: &str = include_str!("../seccomp/by-capability.txt");

const ARCH_X86_64: u32 = 0xc000_003e;
const ARCH_I386: u32 = 0x4000_0003;
/// Offsets in `struct seccomp_data`.
const OFFSET_NUMBER: u32 = 0;
const OFFSET_ARCH: u32 = 4;
const OFFSET_FIRST_ARGUMENT: u32 = 16;

const ALLOW: u32 = 0x7fff_0000;
const ERRNO: u32 = 0x0005_0000;
const KILL_PROCESS: u32 = 0x8000_0000;
const EPERM: u32 = 1;
const ENOSYS: u32 = 38;

/// Address families that are allowed, first to last: not, for instance, AF_VSOCK, over which a
/// container could reach the engine, nor AF_ALG.
const FAMILIES: [(u32, u32); 8] = [
    (0, 11),
    (13, 18),
    (21, 22),
    (24, 24),
    (26, 33),
    (35, 36),
    (39, 39),
    (41, 45),
];
/// PER_LINUX, PER_LINUX32, UNAME26, both, and 0xffffffff, which only asks.
const PERSONALITIES: [u32; 5] = [0, 8, 0x2_0000, 0x2_0008, 0xffff_ffff];
/// Every CLONE_NEW* that `clone` knows.
const NEW_NAMESPACES: u32 = 0x7e02_0000;
const SOCKETCALL_SOCKET: u32 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Allow,
    Errno(u32),
    Socket,
    Socketcall,
    Personality,
    Clone,
}

const DENY: Verdict = Verdict::Errno(EPERM);

/// Calls decided by their arguments, or refused with another error: name, numbers, verdict.
const SPECIAL: [(Option<u32>, Option<u32>, Verdict); 5] = [
    (Some(41), Some(359), Verdict::Socket),
    (None, Some(102), Verdict::Socketcall),
    (Some(135), Some(136), Verdict::Personality),
    (Some(56), Some(120), Verdict::Clone),
    // Its flags are behind a pointer; ENOSYS makes C libraries take `clone`.
    (Some(435), Some(435), Verdict::Errno(ENOSYS)),
];

/// `clone` and `clone3`: whatever their arguments for who has SYS_ADMIN.
const NAMESPACE_CALLS: [Option<u32>; 2] = [Some(56), Some(435)];

/// `struct sock_filter`.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Instruction {
    code: u16,
    if_true: u8,
    if_false: u8,
    value: u32,
}

const LOAD: u16 = 0x20;
const JUMP: u16 = 0x05;
const JUMP_EQUAL: u16 = 0x15;
const JUMP_GREATER_OR_EQUAL: u16 = 0x35;
const JUMP_ANY_BIT: u16 = 0x45;
const RETURN: u16 = 0x06;

fn load(offset: u32) -> Instruction {
    instruction(LOAD, 0, 0, offset)
}

fn give(action: u32) -> Instruction {
    instruction(RETURN, 0, 0, action)
}

fn instruction(code: u16, if_true: u8, if_false: u8, value: u32) -> Instruction {
    Instruction {
        code,
        if_true,
        if_false,
        value,
    }
}

/// Puts the filter on this process and all that come from it.
///
/// # Errors
/// Where the kernel refuses the program.
pub fn install(capabilities: Capabilities) -> io::Result<()> {
    #[repr(C)]
    struct Program {
        length: u16,
        instructions: *const Instruction,
    }
    const SET_MODE_FILTER: libc::c_long = 1;
    let instructions = program(capabilities);
    let program = Program {
        length: u16::try_from(instructions.len()).map_err(io::Error::other)?,
        instructions: instructions.as_ptr(),
    };
    // SAFETY: a `sock_fprog` that points to as many instructions as it says.
    check(unsafe { libc::syscall(libc::SYS_seccomp, SET_MODE_FILTER, 0, &raw const program) })
        .map(drop)
}

fn program(capabilities: Capabilities) -> Vec<Instruction> {
    let native = search(&runs(0, capabilities));
    let compat = search(&runs(1, capabilities));
    let mut program = vec![
        load(OFFSET_ARCH),
        instruction(JUMP_EQUAL, 2, 0, ARCH_X86_64),
        instruction(JUMP_EQUAL, 2, 0, ARCH_I386),
        give(KILL_PROCESS),
        instruction(JUMP, 0, 0, 1),
        instruction(JUMP, 0, 0, u32::try_from(native.len()).unwrap_or(0) + 1),
        load(OFFSET_NUMBER),
    ];
    program.extend(native);
    program.push(load(OFFSET_NUMBER));
    program.extend(compat);
    program
}

/// The first number of each run of equal verdicts; `column` 0 is x86-64, 1 is i386.
fn runs(column: usize, capabilities: Capabilities) -> Vec<(u32, Verdict)> {
    let mut verdicts: Vec<(u32, Verdict)> = PROFILE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(' ').nth(1 + column)?.parse().ok())
        .map(|number| (number, Verdict::Allow))
        .collect();
    verdicts.extend(added(column, capabilities).map(|number| (number, Verdict::Allow)));
    let namespaces = capabilities.has("SYS_ADMIN");
    for (native, compat, verdict) in SPECIAL {
        let number = if column == 0 { native } else { compat };
        let verdict = if namespaces && NAMESPACE_CALLS.contains(&native) {
            Verdict::Allow
        } else {
            verdict
        };
        verdicts.extend(number.map(|number| (number, verdict)));
    }
    verdicts.sort_unstable_by_key(|(number, _)| *number);

    let mut runs = vec![(0, DENY)];
    let mut next = 0;
    for (number, verdict) in verdicts {
        if number > next {
            begin_run(&mut runs, next, DENY);
        }
        begin_run(&mut runs, number, verdict);
        next = number + 1;
    }
    begin_run(&mut runs, next, DENY);
    runs
}

/// The numbers that the capabilities add.
fn added(column: usize, capabilities: Capabilities) -> impl Iterator<Item = u32> {
    BY_CAPABILITY
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(move |line| {
            let mut fields = line.split(' ');
            let capability = fields.next()?;
            let number = fields.nth(1 + column)?.parse().ok()?;
            capabilities.has(capability).then_some(number)
        })
}

fn begin_run(runs: &mut Vec<(u32, Verdict)>, start: u32, verdict: Verdict) {
    match runs.last_mut() {
        Some((_, last)) if *last == verdict => {}
        Some((last_start, last)) if *last_start == start => *last = verdict,
        _ => runs.push((start, verdict)),
    }
}

fn search(runs: &[(u32, Verdict)]) -> Vec<Instruction> {
    if let [(_, verdict)] = runs {
        return decide(*verdict);
    }
    let (below, above) = runs.split_at(runs.len() / 2);
    let (start, below, above) = (above[0].0, search(below), search(above));
    let length = below.len();
    let mut program = if let Ok(near) = u8::try_from(length) {
        vec![instruction(JUMP_GREATER_OR_EQUAL, near, 0, start)]
    } else {
        vec![
            instruction(JUMP_GREATER_OR_EQUAL, 0, 1, start),
            instruction(JUMP, 0, 0, u32::try_from(length).unwrap_or(0)),
        ]
    };
    program.extend(below);
    program.extend(above);
    program
}

fn decide(verdict: Verdict) -> Vec<Instruction> {
    let (allow, deny) = (give(ALLOW), give(ERRNO | EPERM));
    // The kernel looks at the lower half only, too.
    let argument = load(OFFSET_FIRST_ARGUMENT);
    match verdict {
        Verdict::Allow => vec![allow],
        Verdict::Errno(errno) => vec![give(ERRNO | errno)],
        Verdict::Clone => {
            vec![
                argument,
                instruction(JUMP_ANY_BIT, 0, 1, NEW_NAMESPACES),
                deny,
                allow,
            ]
        }
        Verdict::Socketcall => {
            vec![
                argument,
                instruction(JUMP_EQUAL, 0, 1, SOCKETCALL_SOCKET),
                deny,
                allow,
            ]
        }
        Verdict::Personality => {
            let mut program = vec![argument];
            for personality in PERSONALITIES {
                program.extend([instruction(JUMP_EQUAL, 0, 1, personality), allow]);
            }
            program.push(deny);
            program
        }
        Verdict::Socket => {
            let mut program = vec![argument];
            for (first, last) in FAMILIES {
                program.extend([
                    instruction(JUMP_GREATER_OR_EQUAL, 0, 2, first),
                    instruction(JUMP_GREATER_OR_EQUAL, 1, 0, last + 1),
                    allow,
                ]);
            }
            program.push(deny);
            program
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel would answer: an interpreter of the few instructions used.
    fn answer(arch: u32, number: libc::c_long, argument: u32) -> u32 {
        answer_to(Capabilities::DEFAULT, arch, number, argument)
    }

    fn answer_to(
        capabilities: Capabilities,
        arch: u32,
        number: libc::c_long,
        argument: u32,
    ) -> u32 {
        let number = u32::try_from(number).expect("a number");
        let program = program(capabilities);
        let (mut position, mut accumulator) = (0, 0);
        loop {
            let at = program[position];
            position += 1;
            let jump =
                |condition: bool| usize::from(if condition { at.if_true } else { at.if_false });
            match at.code {
                LOAD => {
                    accumulator = match at.value {
                        OFFSET_NUMBER => number,
                        OFFSET_ARCH => arch,
                        OFFSET_FIRST_ARGUMENT => argument,
                        other => panic!("load from {other}"),
                    }
                }
                JUMP => position += at.value as usize,
                JUMP_EQUAL => position += jump(accumulator == at.value),
                JUMP_GREATER_OR_EQUAL => position += jump(accumulator >= at.value),
                JUMP_ANY_BIT => position += jump(accumulator & at.value != 0),
                RETURN => return at.value,
                other => panic!("instruction {other}"),
            }
        }
    }

    fn native(number: libc::c_long, argument: u32) -> u32 {
        answer(ARCH_X86_64, number, argument)
    }

    #[test]
    fn decides_every_number_as_the_lists_say() {
        for (column, arch) in [(0, ARCH_X86_64), (1, ARCH_I386)] {
            let special: Vec<_> = SPECIAL
                .iter()
                .filter_map(|special| if column == 0 { special.0 } else { special.1 })
                .collect();
            let allowed: Vec<u32> = PROFILE
                .lines()
                .filter_map(|line| line.split(' ').nth(1 + column)?.parse().ok())
                .collect();
            for number in (0..600).filter(|number| !special.contains(number)) {
                let expected = if allowed.contains(&number) {
                    ALLOW
                } else {
                    ERRNO | EPERM
                };
                assert_eq!(
                    answer(arch, number.into(), 0),
                    expected,
                    "{arch:x} {number}"
                );
            }
        }
    }

    #[test]
    fn has_the_numbers_of_the_c_library() {
        for (name, number) in [
            ("read", libc::SYS_read),
            ("openat2", libc::SYS_openat2),
            ("execve", libc::SYS_execve),
            ("statx", libc::SYS_statx),
            ("mseal", libc::SYS_mseal),
            ("futex_waitv", libc::SYS_futex_waitv),
        ] {
            let line = PROFILE
                .lines()
                .find(|line| line.split(' ').next() == Some(name));
            let listed = line.and_then(|line| line.split(' ').nth(1)).expect(name);
            assert_eq!(listed.parse(), Ok(number), "{name}");
        }
    }

    #[test]
    fn refuses_what_reaches_the_machine() {
        for number in [
            libc::SYS_mount,
            libc::SYS_bpf,
            libc::SYS_unshare,
            libc::SYS_setns,
            libc::SYS_kexec_load,
            libc::SYS_io_uring_setup,
            libc::SYS_open_by_handle_at,
            libc::SYS_keyctl,
            libc::SYS_reboot,
        ] {
            assert_eq!(native(number, 0), ERRNO | EPERM, "{number}");
        }
    }

    #[test]
    fn refuses_the_families_that_reach_the_host() {
        for family in [libc::AF_VSOCK, 38] {
            let family = family.unsigned_abs();
            assert_eq!(native(libc::SYS_socket, family), ERRNO | EPERM, "{family}");
            assert_eq!(answer(ARCH_I386, 359, family), ERRNO | EPERM, "{family}");
        }
        for family in [
            libc::AF_UNIX,
            libc::AF_INET,
            libc::AF_INET6,
            libc::AF_NETLINK,
            libc::AF_PACKET,
        ] {
            assert_eq!(
                native(libc::SYS_socket, family.unsigned_abs()),
                ALLOW,
                "{family}"
            );
        }
        assert_eq!(native(libc::SYS_socket, u32::MAX), ERRNO | EPERM);
        // Behind the pointer of socketcall(SOCKET) any family could hide.
        assert_eq!(answer(ARCH_I386, 102, 1), ERRNO | EPERM);
        assert_eq!(answer(ARCH_I386, 102, 3), ALLOW);
    }

    #[test]
    fn allows_processes_but_no_namespaces() {
        assert_eq!(native(libc::SYS_clone, libc::SIGCHLD.unsigned_abs()), ALLOW);
        let user = libc::CLONE_NEWUSER.unsigned_abs();
        assert_eq!(native(libc::SYS_clone, user), ERRNO | EPERM);
        assert_eq!(native(libc::SYS_clone3, 0), ERRNO | ENOSYS);
    }

    #[test]
    fn allows_what_a_capability_adds() {
        let names = |names: &[&str]| {
            Capabilities::named(&names.iter().map(ToString::to_string).collect::<Vec<_>>())
                .expect("known")
        };
        let admin = names(&["SYS_ADMIN"]);
        for number in [libc::SYS_mount, libc::SYS_unshare, libc::SYS_clone3] {
            assert_eq!(answer_to(admin, ARCH_X86_64, number, 0), ALLOW, "{number}");
        }
        let user = libc::CLONE_NEWUSER.unsigned_abs();
        assert_eq!(answer_to(admin, ARCH_X86_64, libc::SYS_clone, user), ALLOW);
        assert_eq!(answer_to(admin, ARCH_I386, 21, 0), ALLOW);
        let refused = answer_to(admin, ARCH_X86_64, libc::SYS_settimeofday, 0);
        assert_eq!(refused, ERRNO | EPERM);
        let time = names(&["SYS_TIME"]);
        assert_eq!(
            answer_to(time, ARCH_X86_64, libc::SYS_settimeofday, 0),
            ALLOW
        );
        assert_eq!(
            answer_to(time, ARCH_X86_64, libc::SYS_mount, 0),
            ERRNO | EPERM
        );
    }

    #[test]
    fn allows_the_harmless_personalities() {
        assert_eq!(native(libc::SYS_personality, 0xffff_ffff), ALLOW);
        assert_eq!(native(libc::SYS_personality, 0x2_0008), ALLOW);
        assert_eq!(native(libc::SYS_personality, 0x0040_0000), ERRNO | EPERM);
    }

    #[test]
    fn kills_a_foreign_architecture() {
        assert_eq!(answer(0xc000_00b7, 0, 0), KILL_PROCESS);
        // x32 shares the architecture and has a bit of its own in the number.
        assert_eq!(native(0x4000_0000, 0), ERRNO | EPERM);
    }

    #[test]
    fn is_taken_by_the_kernel() {
        // SAFETY: the child only makes system calls until it ends.
        let child = unsafe { libc::fork() };
        if child == 0 {
            // SAFETY: as above.
            unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
            let installed = install(Capabilities::DEFAULT).is_ok();
            // SAFETY: plain integers.
            let refused = unsafe { libc::socket(libc::AF_VSOCK, libc::SOCK_STREAM, 0) } < 0
                && io::Error::last_os_error().raw_os_error() == Some(libc::EPERM);
            // SAFETY: plain integers.
            let allowed = unsafe { libc::socket(libc::AF_UNIX, libc::SOCK_STREAM, 0) } >= 0;
            // SAFETY: does not return.
            unsafe { libc::_exit(i32::from(!(installed && refused && allowed))) };
        }
        let mut status = -1;
        // SAFETY: waits for the child made above.
        unsafe { libc::waitpid(child, &raw mut status, 0) };
        assert_eq!(status, 0);
    }
}
