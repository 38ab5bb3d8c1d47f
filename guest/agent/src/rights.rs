//! What a process may do beyond what its user may.

use std::io;

use crate::capabilities::Capabilities;
use crate::failure::Failure;
use crate::proto::Security;
use crate::user::User;
use crate::{seccomp, system};

/// `Security` of the contract, checked.
#[derive(Debug, PartialEq, Eq)]
pub struct Rights {
    pub privileged: bool,
    /// Whether the paths that tell about the machine are masked or read-only.
    pub hidden_paths: bool,
    capabilities: Capabilities,
    seccomp: bool,
    no_new_privileges: bool,
}

impl Rights {
    /// Docker's defaults where nothing is said.
    ///
    /// # Errors
    /// Names the capability that there is not.
    pub fn of(security: Option<&Security>) -> Result<Self, Failure> {
        let Some(security) = security else {
            return Ok(Self {
                privileged: false,
                hidden_paths: true,
                capabilities: Capabilities::DEFAULT,
                seccomp: true,
                no_new_privileges: false,
            });
        };
        let privileged = security.privileged;
        Ok(Self {
            privileged,
            hidden_paths: !privileged && !security.paths_unconfined,
            capabilities: if privileged {
                Capabilities::ALL
            } else {
                Capabilities::named(&security.capabilities)?
            },
            seccomp: !privileged && !security.seccomp_unconfined,
            no_new_privileges: security.no_new_privileges,
        })
    }

    /// Becomes the user with these rights and no others, for good.
    pub fn assume(&self, user: &User) -> io::Result<()> {
        self.capabilities.bound()?;
        if self.no_new_privileges {
            system::prctl(libc::PR_SET_NO_NEW_PRIVS, 1)?;
        }
        // Without no_new_privs only a privileged process may install a filter; the profile allows
        // everything that is still to come.
        if self.seccomp {
            seccomp::install(self.capabilities)?;
        }
        system::become_user(user.uid, user.gid, &user.groups)?;
        if user.uid == 0 {
            self.capabilities.reduce()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_docker_s_where_nothing_is_said() {
        let rights = Rights::of(None).expect("accepted");
        assert!(rights.seccomp && rights.hidden_paths);
        assert!(!rights.privileged && !rights.no_new_privileges);
        assert_eq!(rights.capabilities, Capabilities::DEFAULT);
    }

    #[test]
    fn is_everything_for_the_privileged() {
        let security = Security {
            privileged: true,
            capabilities: vec!["ignored".to_owned()],
            ..Security::default()
        };
        let rights = Rights::of(Some(&security)).expect("accepted");
        assert!(rights.privileged && !rights.seccomp && !rights.hidden_paths);
        assert_eq!(rights.capabilities, Capabilities::ALL);
    }

    #[test]
    fn lifts_one_bound_without_the_others() {
        let no_seccomp = Security {
            seccomp_unconfined: true,
            ..Security::default()
        };
        let rights = Rights::of(Some(&no_seccomp)).expect("accepted");
        assert!(!rights.seccomp && rights.hidden_paths);
        let paths = Security {
            paths_unconfined: true,
            ..Security::default()
        };
        let rights = Rights::of(Some(&paths)).expect("accepted");
        assert!(rights.seccomp && !rights.hidden_paths);
    }
}
