//! Fork and exec of a prepared plan.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use crate::descriptors;
use crate::plan::Plan;
use crate::process::check;
use crate::protocol::Failure;

/// Starts the process and returns its pid once its exec has succeeded.
pub fn spawn(plan: &Plan, program: &str) -> Result<libc::pid_t, Failure> {
    let failure = |error: &io::Error| Failure::system(format_args!("exec {program}"), error);
    let (errors, report) = report_pipe().map_err(|error| failure(&error))?;
    let pid = fork(plan).map_err(|error| failure(&error))?;
    if pid == 0 {
        // SAFETY: this is the child of fork.
        unsafe { become_program(plan, report.as_raw_fd()) }
    }
    drop(report);
    match reported(errors) {
        None => Ok(pid),
        Some(errno) => Err(failure(&io::Error::from_raw_os_error(errno))),
    }
}

/// As fork(2); the child of a confined plan is the first process of a pid namespace.
fn fork(plan: &Plan) -> io::Result<libc::pid_t> {
    let namespace = match plan.confinement {
        Some(_) => libc::CLONE_NEWPID,
        None => 0,
    };
    let none: libc::c_long = 0;
    // SAFETY: the child calls only async-signal-safe functions on memory that was prepared before.
    // Without a stack and identifiers this call is fork (clone(2)).
    let pid = unsafe {
        libc::syscall(
            libc::SYS_clone,
            libc::c_long::from(namespace | libc::SIGCHLD),
            none,
            none,
            none,
            none,
        )
    };
    check(libc::pid_t::try_from(pid).unwrap_or(-1))
}

/// A pipe that exec closes; its writing end is out of the way of the child's numbers.
fn report_pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let (read, write) = descriptors::pipe()?;
    Ok((read, descriptors::out_of_the_way(&write)?))
}

/// The errno that the child wrote, or nothing once exec has closed the pipe.
fn reported(errors: OwnedFd) -> Option<i32> {
    let mut errno = [0; 4];
    io::Read::read_exact(&mut std::fs::File::from(errors), &mut errno).ok()?;
    Some(i32::from_ne_bytes(errno))
}

/// Runs in the child of fork and never returns.
///
/// # Safety
/// Only async-signal-safe calls are made here; the plan was made before the fork.
unsafe fn become_program(plan: &Plan, report: RawFd) -> ! {
    // SAFETY: see the function's contract.
    unsafe {
        if set_up(plan).is_some() {
            let (program, argv, env) = plan.exec_arguments();
            libc::execve(program, argv, env);
        }
        let errno = (*libc::__errno_location()).to_ne_bytes();
        libc::write(report, errno.as_ptr().cast(), errno.len());
        libc::_exit(127)
    }
}

/// Session, groups, namespaces, descriptors, signals, user, in this order; `None` leaves errno set.
///
/// # Safety
/// As `become_program`.
unsafe fn set_up(plan: &Plan) -> Option<()> {
    // SAFETY: see the function's contract; all pointers are into the plan.
    unsafe {
        done(libc::setsid())?;
        done(libc::chdir(c"/".as_ptr()))?;
        for group in &plan.cgroups {
            libc::write(group.as_raw_fd(), c"0".as_ptr().cast(), 1);
        }
        match &plan.confinement {
            Some(confinement) => confinement.enter()?,
            None if plan.identity.is_some() => own_mount_namespace()?,
            None => {}
        }
        libc::umask(0o077);
        // Close on exec whatever this process has; dup2 clears that flag for what is handed on.
        libc::syscall(
            libc::SYS_close_range,
            0,
            u32::MAX,
            libc::CLOSE_RANGE_CLOEXEC,
        );
        for (file, number) in &plan.files {
            done(libc::dup2(file.as_raw_fd(), *number))?;
        }
        default_signals();
        if let Some(identity) = &plan.identity {
            // The kernel's own calls: libc's tell all threads that it knows of, and it does not know
            // that they stayed behind (nptl(7)).
            let uid = identity.uid;
            let (count, groups) = (identity.groups.len(), identity.groups.as_ptr());
            called(libc::syscall(libc::SYS_setgroups, count, groups))?;
            called(libc::syscall(libc::SYS_setresgid, uid, uid, uid))?;
            called(libc::syscall(libc::SYS_setresuid, uid, uid, uid))?;
            done(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))?;
        }
        Some(())
    }
}

/// Mounts made on the host later do not appear, and nothing that is mounted here leaves
/// (mount_namespaces(7)).
///
/// # Safety
/// As `become_program`.
unsafe fn own_mount_namespace() -> Option<()> {
    // SAFETY: the strings are constants.
    unsafe {
        done(libc::unshare(libc::CLONE_NEWNS))?;
        let flags = libc::MS_REC | libc::MS_PRIVATE;
        done(libc::mount(
            c"none".as_ptr(),
            c"/".as_ptr(),
            std::ptr::null(),
            flags,
            std::ptr::null(),
        ))
    }
}

/// Rust ignores SIGPIPE, and exec would hand that on, as it does the mask.
///
/// # Safety
/// As `become_program`.
unsafe fn default_signals() {
    // SAFETY: the set is initialised by sigemptyset.
    unsafe {
        // The kernel's own call: libc's refuses the two signals that it keeps to itself, and the
        // starter may have ignored those. All-zero is SIG_DFL without flags or mask.
        let default = [0_u64; 4];
        for signal in 1..=64 {
            let nothing = std::ptr::null::<u64>();
            libc::syscall(libc::SYS_rt_sigaction, signal, &default, nothing, 8_usize);
        }
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &none, std::ptr::null_mut());
    }
}

fn called(result: libc::c_long) -> Option<()> {
    (result != -1).then_some(())
}

fn done(result: libc::c_int) -> Option<()> {
    (result != -1).then_some(())
}
