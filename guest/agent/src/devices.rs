//! Which devices a container may open, whatever nodes it makes: a BPF program at its cgroup, since
//! version 2 of cgroups has no other way. Docker's list, without the machine's own console.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use crate::system::check;

const ANY: u32 = u32::MAX;
/// Character devices: (major, minor).
const ALLOWED: [(u32, u32); 8] = [
    (1, 3),     // null
    (1, 5),     // zero
    (1, 7),     // full
    (1, 8),     // random
    (1, 9),     // urandom
    (5, 0),     // tty
    (5, 2),     // ptmx
    (136, ANY), // pts
];

/// `struct bpf_insn`.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Instruction {
    code: u8,
    /// Destination, and source times 16.
    registers: u8,
    offset: i16,
    immediate: u32,
}

const LOAD_WORD: u8 = 0x61;
const AND: u8 = 0x57;
const SHIFT_RIGHT: u8 = 0x77;
const SET: u8 = 0xb7;
const COPY: u8 = 0xbf;
const JUMP_EQUAL: u8 = 0x15;
const JUMP_DIFFERENT: u8 = 0x55;
const EXIT: u8 = 0x95;

/// Registers: the answer, what is asked about (`struct bpf_cgroup_dev_ctx`), and its fields.
const ANSWER: u8 = 0;
const QUESTION: u8 = 1;
const KIND: u8 = 2;
const ACCESS: u8 = 3;
const MAJOR: u8 = 4;
const MINOR: u8 = 5;

const CHARACTER_DEVICE: u32 = 2;
/// Making a node gives nobody the device.
const MAKE_NODE: u32 = 1;

fn instruction(code: u8, registers: u8, offset: i16, immediate: u32) -> Instruction {
    Instruction {
        code,
        registers,
        offset,
        immediate,
    }
}

fn answer(allowed: bool) -> [Instruction; 2] {
    [
        instruction(SET, ANSWER, 0, allowed.into()),
        instruction(EXIT, 0, 0, 0),
    ]
}

fn program() -> Vec<Instruction> {
    let load = |register: u8, offset| instruction(LOAD_WORD, register | (QUESTION << 4), offset, 0);
    let mut program = vec![
        load(KIND, 0),
        load(MAJOR, 4),
        load(MINOR, 8),
        instruction(COPY, ACCESS | (KIND << 4), 0, 0),
        instruction(SHIFT_RIGHT, ACCESS, 0, 16),
        instruction(JUMP_DIFFERENT, ACCESS, 2, MAKE_NODE),
    ];
    program.extend(answer(true));
    program.push(instruction(AND, KIND, 0, 0xffff));
    program.push(instruction(JUMP_EQUAL, KIND, 2, CHARACTER_DEVICE));
    program.extend(answer(false));
    for (major, minor) in ALLOWED {
        if minor == ANY {
            program.push(instruction(JUMP_DIFFERENT, MAJOR, 2, major));
        } else {
            program.push(instruction(JUMP_DIFFERENT, MAJOR, 3, major));
            program.push(instruction(JUMP_DIFFERENT, MINOR, 2, minor));
        }
        program.extend(answer(true));
    }
    program.extend(answer(false));
    program
}

/// Bounds everything that runs in the cgroup.
///
/// # Errors
/// Where the kernel refuses the program.
pub fn restrict(cgroup: BorrowedFd) -> io::Result<()> {
    const PROG_LOAD: u32 = 5;
    const PROG_ATTACH: u32 = 8;
    const TYPE_CGROUP_DEVICE: u32 = 15;
    const ATTACH_CGROUP_DEVICE: u32 = 6;
    /// The first fields of `union bpf_attr` for `BPF_PROG_LOAD`.
    #[repr(C)]
    struct Load {
        kind: u32,
        count: u32,
        instructions: u64,
        license: u64,
    }
    /// The same for `BPF_PROG_ATTACH`.
    #[repr(C)]
    struct Attach {
        target: i32,
        program: i32,
        kind: u32,
        flags: u32,
    }
    let instructions = program();
    let load = Load {
        kind: TYPE_CGROUP_DEVICE,
        count: u32::try_from(instructions.len()).map_err(io::Error::other)?,
        instructions: instructions.as_ptr() as u64,
        license: c"Apache-2.0".as_ptr() as u64,
    };
    // SAFETY: the struct is the attribute's beginning, the kernel takes the rest as zero; it points
    // to as many instructions as it says and to a NUL-terminated string.
    let loaded = check(unsafe {
        libc::syscall(libc::SYS_bpf, PROG_LOAD, &raw const load, size_of::<Load>())
    })?;
    let loaded = i32::try_from(loaded).map_err(io::Error::other)?;
    // SAFETY: made for us just now.
    let program = unsafe { OwnedFd::from_raw_fd(loaded) };
    let attach = Attach {
        target: cgroup.as_raw_fd(),
        program: program.as_raw_fd(),
        kind: ATTACH_CGROUP_DEVICE,
        flags: 0,
    };
    // SAFETY: as above, and no pointers in it.
    check(unsafe {
        libc::syscall(
            libc::SYS_bpf,
            PROG_ATTACH,
            &raw const attach,
            size_of::<Attach>(),
        )
    })
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK_DEVICE: u32 = 1;
    const READ: u32 = 2;
    const WRITE: u32 = 4;

    /// What the kernel would answer: an interpreter of the few instructions used.
    fn allowed(kind: u32, access: u32, major: u32, minor: u32) -> bool {
        let question = [kind | (access << 16), major, minor];
        let mut registers = [0_u32; 6];
        let mut position = 0_usize;
        let program = program();
        loop {
            let at = program[position];
            let (to, from) = (
                usize::from(at.registers & 15),
                usize::from(at.registers >> 4),
            );
            position += 1;
            let jump = usize::try_from(at.offset).expect("forward");
            match at.code {
                LOAD_WORD => registers[to] = question[jump / 4],
                COPY => registers[to] = registers[from],
                SET => registers[to] = at.immediate,
                AND => registers[to] &= at.immediate,
                SHIFT_RIGHT => registers[to] >>= at.immediate,
                JUMP_EQUAL if registers[to] == at.immediate => position += jump,
                JUMP_DIFFERENT if registers[to] != at.immediate => position += jump,
                JUMP_EQUAL | JUMP_DIFFERENT => {}
                EXIT => return registers[0] == 1,
                other => panic!("instruction {other}"),
            }
        }
    }

    #[test]
    fn allows_what_docker_gives_every_container() {
        for (major, minor) in [
            (1, 3),
            (1, 5),
            (1, 7),
            (1, 8),
            (1, 9),
            (5, 0),
            (5, 2),
            (136, 4),
        ] {
            assert!(
                allowed(CHARACTER_DEVICE, READ | WRITE, major, minor),
                "{major}:{minor}"
            );
        }
    }

    #[test]
    fn refuses_memory_kernel_log_consoles_and_disks() {
        for (major, minor) in [(1, 1), (1, 11), (4, 64), (5, 1), (10, 200), (136 << 8, 0)] {
            assert!(
                !allowed(CHARACTER_DEVICE, READ, major, minor),
                "{major}:{minor}"
            );
        }
        assert!(!allowed(BLOCK_DEVICE, READ, 254, 0));
        assert!(!allowed(BLOCK_DEVICE, READ, 1, 3));
    }

    #[test]
    fn allows_nodes_to_be_made_but_not_to_be_opened_with_it() {
        assert!(allowed(BLOCK_DEVICE, MAKE_NODE, 254, 0));
        assert!(!allowed(BLOCK_DEVICE, MAKE_NODE | READ, 254, 0));
    }
}
