//! Lists of CPUs: `0-2,4`.

use std::fs;

use crate::failure::{Doing, Failure};

const MOST_CPUS: usize = 1024;

/// The list, if it is one of CPUs that the guest has.
///
/// # Errors
/// Names the list.
pub fn checked(wanted: &str) -> Result<String, Failure> {
    within(wanted, &online()?).map(|()| wanted.to_owned())
}

/// All the CPUs that the guest has.
///
/// # Errors
/// Where the kernel does not say.
pub fn online() -> Result<String, Failure> {
    let online = fs::read_to_string("/sys/devices/system/cpu/online");
    let online = online.doing("looking for the guest's CPUs")?;
    Ok(online.trim().to_owned())
}

/// How many CPUs are in a list; 0 where it is none.
pub fn count(list: &str) -> u32 {
    parse(list).map_or(0, |cpus| u32::try_from(cpus.len()).unwrap_or(u32::MAX))
}

fn within(wanted: &str, online: &str) -> Result<(), Failure> {
    let cpus = parse(wanted)
        .ok_or_else(|| Failure::setup(format!("cpuset {wanted:?} is not a list of CPUs")))?;
    let there = parse(online).unwrap_or_default();
    if cpus.iter().all(|cpu| there.contains(cpu)) {
        return Ok(());
    }
    Err(Failure::setup(format!(
        "cpuset {wanted:?}: the container has the CPUs {online}"
    )))
}

fn parse(list: &str) -> Option<Vec<usize>> {
    let number = |text: &str| text.parse::<usize>().ok().filter(|cpu| *cpu < MOST_CPUS);
    let mut cpus = Vec::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (number(first)?, number(last)?);
        if first > last {
            return None;
        }
        cpus.extend(first..=last);
    }
    Some(cpus)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_cpus_that_are_there() {
        for list in ["0", "0-3", "0,2-3", "3"] {
            assert_eq!(within(list, "0-3"), Ok(()), "{list}");
        }
    }

    #[test]
    fn counts_cpus() {
        assert_eq!(["0", "0-3", "0,2-3", "x"].map(count), [1, 4, 3, 0]);
    }

    #[test]
    fn names_a_list_that_is_none() {
        for list in ["x", "1-", "3-1", "0,,1", "-1", "99999999999"] {
            let failure = within(list, "0-3").expect_err("refused");
            assert_eq!(
                failure.message,
                format!("cpuset {list:?} is not a list of CPUs")
            );
        }
    }

    #[test]
    fn names_what_the_guest_has_instead() {
        let failure = within("0-4", "0-3").expect_err("refused");
        assert_eq!(
            failure.message,
            "cpuset \"0-4\": the container has the CPUs 0-3"
        );
    }
}
