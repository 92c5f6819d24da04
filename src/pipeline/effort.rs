//! How long did the program keep the processors busy?
//!
//! On a machine that others use too, the clock on the wall tells little of a room; CPU time does.

use std::fs;
use std::time::Duration;

/// Gives the CPU time of all threads so far, user and system, to a hundredth of a second; nothing
/// where the system does not tell.
///
/// # Source
/// The manual page `proc_pid_stat(5)`: `utime` and `stime`, in ticks of which Linux shows 100 a
/// second.
pub(super) fn cpu_time() -> Option<Duration> {
    of_stat(&fs::read_to_string("/proc/self/stat").ok()?)
}

fn of_stat(stat: &str) -> Option<Duration> {
    const MS_PER_TICK: u64 = 10;
    // The name of the program stands in parentheses and may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: Vec<u64> =
        fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    let [user, system] = ticks[..] else { return None };
    Some(Duration::from_millis((user + system) * MS_PER_TICK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_system_time_are_added() {
        let stat = "7 (a) b) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 3 0 99";
        assert_eq!(of_stat(stat), Some(Duration::from_secs(3)));
        assert_eq!(of_stat("7 (a) S 1 2"), None);
    }
}
