//! Whom a container's process runs as: `user[:group]`, looked up in the image.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;

use crate::failure::Failure;
use crate::proto::start_failure::Reason;

const LARGEST_ID: u32 = 0x7fff_ffff;
const LARGEST_FILE: u64 = 4 << 20;

/// A user as the kernel wants it.
#[derive(Debug, PartialEq, Eq)]
pub struct User {
    pub uid: u32,
    pub gid: u32,
    /// Supplementary groups, the primary one first.
    pub groups: Vec<u32>,
    pub home: String,
}

/// Looks the user up in the container's own files, whose root is that of the calling process, and
/// adds the further groups.
///
/// # Errors
/// `NO_SUCH_USER`, worded as Docker does.
pub fn find(wanted: &str, further: &[String]) -> Result<User, Failure> {
    let group = read("/etc/group");
    let mut user = resolve(wanted, &read("/etc/passwd"), &group)?;
    for name in further {
        let gid = find_group(name, &group)?;
        if !user.groups.contains(&gid) {
            user.groups.push(gid);
        }
    }
    Ok(user)
}

/// The container may have put anything there: nothing is waited for, and not all of it is read.
fn read(path: &str) -> String {
    let file = File::options()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(path)
        .ok();
    file.map(read_file).unwrap_or_default()
}

/// What can be read of a file that the container may have put there; empty where it is none.
pub fn read_file(file: File) -> String {
    let mut bytes = Vec::new();
    if file.metadata().is_ok_and(|found| found.is_file()) {
        let _what_could_be_read = file.take(LARGEST_FILE).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The first name of every number.
pub fn names(passwd: &str) -> HashMap<u32, String> {
    let mut names = HashMap::new();
    for line in passwd.lines() {
        let mut fields = line.split(':');
        let name = fields.next().unwrap_or_default();
        if let Some(uid) = fields.nth(1).and_then(|field| field.parse().ok()) {
            names.entry(uid).or_insert_with(|| name.to_owned());
        }
    }
    names
}

/// `passwd` and `group` are the image's files, empty where it has none.
///
/// # Errors
/// `NO_SUCH_USER`, worded as Docker does.
pub fn resolve(wanted: &str, passwd: &str, group: &str) -> Result<User, Failure> {
    let (user, wanted_group) = wanted.split_once(':').unwrap_or((wanted, ""));
    let mut found = find_user(if user.is_empty() { "0" } else { user }, passwd)?;
    let name = std::mem::take(&mut found.name);
    if wanted_group.is_empty() {
        found.user.groups = groups_of(&name, found.user.gid, group);
    } else {
        found.user.gid = find_group(wanted_group, group)?;
        found.user.groups = vec![found.user.gid];
    }
    Ok(found.user)
}

struct Found {
    user: User,
    /// Empty where the number is in no line of the file.
    name: String,
}

fn find_user(wanted: &str, passwd: &str) -> Result<Found, Failure> {
    let number = wanted.parse::<i64>().ok();
    for line in passwd.lines() {
        let mut fields = line.split(':');
        let name = fields.next().unwrap_or_default();
        let uid = fields.nth(1).and_then(|field| field.parse().ok());
        let gid = fields.next().and_then(|field| field.parse().ok());
        let (Some(uid), Some(gid)) = (uid, gid) else {
            continue;
        };
        if name == wanted || number == Some(i64::from(uid)) {
            let home = fields.nth(1).filter(|home| !home.is_empty()).unwrap_or("/");
            return Ok(Found {
                user: User {
                    uid,
                    gid,
                    groups: Vec::new(),
                    home: home.to_owned(),
                },
                name: name.to_owned(),
            });
        }
    }
    let missing = format!("unable to find user {wanted}: no matching entries in passwd file");
    let uid = number_in_range(number, missing)?;
    let user = User {
        uid,
        gid: 0,
        groups: Vec::new(),
        home: "/".to_owned(),
    };
    Ok(Found {
        user,
        name: String::new(),
    })
}

fn find_group(wanted: &str, group: &str) -> Result<u32, Failure> {
    let number = wanted.parse::<i64>().ok();
    let matching = group_lines(group)
        .find(|(name, gid, _)| *name == wanted || number == Some(i64::from(*gid)));
    if let Some((_, gid, _)) = matching {
        return Ok(gid);
    }
    let missing = format!("unable to find group {wanted}: no matching entries in group file");
    number_in_range(number, missing)
}

fn groups_of(user: &str, gid: u32, group: &str) -> Vec<u32> {
    let mut groups = vec![gid];
    for (_, number, members) in group_lines(group) {
        let member = !user.is_empty() && members.split(',').any(|member| member == user);
        if member && !groups.contains(&number) {
            groups.push(number);
        }
    }
    groups
}

/// (name, number, members) of each line that makes sense.
fn group_lines(group: &str) -> impl Iterator<Item = (&str, u32, &str)> {
    group.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let gid = fields.nth(1)?.parse().ok()?;
        Some((name, gid, fields.next().unwrap_or_default()))
    })
}

fn number_in_range(number: Option<i64>, missing: String) -> Result<u32, Failure> {
    let no_such_user = |message| Failure::new(Reason::NoSuchUser, message);
    let number = number.ok_or_else(|| no_such_user(missing))?;
    u32::try_from(number)
        .ok()
        .filter(|id| *id <= LARGEST_ID)
        .ok_or_else(|| no_such_user("uids and gids must be in range 0-2147483647".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\n\
        # a comment\n\
        broken:x:one:1::/:/bin/sh\n\
        web:x:33:34::/var/www:/sbin/nologin\n\
        nohome:x:50:50:::\n";
    const GROUP: &str = "root:x:0:root\nbin:x:1:root,daemon\nwww:x:34:\nextra:x:70:web,root\n";

    fn user(wanted: &str) -> User {
        resolve(wanted, PASSWD, GROUP).expect("known")
    }

    fn refusal(wanted: &str) -> String {
        let failure = resolve(wanted, PASSWD, GROUP).expect_err("unknown");
        assert_eq!(failure.reason, Reason::NoSuchUser);
        failure.message
    }

    #[test]
    fn is_root_where_nobody_is_named() {
        let root = User {
            uid: 0,
            gid: 0,
            groups: vec![0, 1, 70],
            home: "/root".to_owned(),
        };
        assert_eq!(user(""), root);
        assert_eq!(user("root"), root);
        assert_eq!(user("0"), root);
    }

    #[test]
    fn finds_names_and_numbers() {
        let web = User {
            uid: 33,
            gid: 34,
            groups: vec![34, 70],
            home: "/var/www".to_owned(),
        };
        assert_eq!(user("web"), web);
        assert_eq!(user("33"), web);
        assert_eq!(user("nohome").home, "/");
    }

    #[test]
    fn takes_a_number_that_is_not_in_the_image() {
        let stranger = User {
            uid: 1234,
            gid: 0,
            groups: vec![0],
            home: "/".to_owned(),
        };
        assert_eq!(user("1234"), stranger);
        assert_eq!(user("1234:55").gid, 55);
    }

    #[test]
    fn has_no_other_groups_where_one_is_named() {
        assert_eq!(user("web:bin").groups, [1]);
        assert_eq!(
            user(":extra"),
            User {
                gid: 70,
                groups: vec![70],
                ..user("root")
            }
        );
    }

    #[test]
    fn gives_numbers_their_first_name() {
        let names = names("root:x:0:0::/:\nalias:x:0:0::/:\nweb:x:33:34::/:\nbroken:x:y:\n");
        assert_eq!(names.len(), 2);
        assert_eq!(names[&0], "root");
        assert_eq!(names[&33], "web");
    }

    #[test]
    fn needs_no_files() {
        let nobody = resolve("", "", "").expect("root");
        assert_eq!((nobody.uid, nobody.gid, nobody.home.as_str()), (0, 0, "/"));
    }

    #[test]
    fn names_who_is_missing() {
        assert_eq!(
            refusal("broken"),
            "unable to find user broken: no matching entries in passwd file"
        );
        assert_eq!(
            refusal("web:nogroup"),
            "unable to find group nogroup: no matching entries in group file"
        );
        assert_eq!(
            refusal("2147483648"),
            "uids and gids must be in range 0-2147483647"
        );
        assert_eq!(refusal("-1"), "uids and gids must be in range 0-2147483647");
    }
}
