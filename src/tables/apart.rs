//! How is work done side by side that waits for Polars?

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ScopedJoinHandle};

/// Hands items to `work`, `n_threads` at a time, and collects what it makes of them, in their
/// order. After an error nothing more is begun.
///
/// The threads are its own: Polars reads and writes in the pool, and a thread of the pool that
/// waits for it begins whatever else lies there meanwhile. That would be the next item, which
/// keeps the first from its end, and within that the one after, until the stack ends; or another
/// thread's share of the items, which finds nothing left to do.
///
/// # Errors
/// That of the first item, in their order, that `work` refuses.
///
/// # Panics
/// If `work` does.
pub fn apart<I: Send, T: Send, E: Send>(
    items: impl Iterator<Item = I> + Send,
    n_threads: usize,
    work: impl Fn(I) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let n_threads = items.size_hint().1.map_or(n_threads, |n_items| n_threads.min(n_items));
    let (items, is_over) = (Mutex::new(items.enumerate()), AtomicBool::new(false));
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let take = || {
        let mut own = Vec::new();
        while !is_over.load(Ordering::Relaxed)
            && let Some((place, item)) = next()
        {
            let made = work(item);
            is_over.fetch_or(made.is_err(), Ordering::Relaxed);
            own.push((place, made));
        }
        own
    };
    let mut made: Vec<(usize, Result<T, E>)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..n_threads).map(|_| scope.spawn(take)).collect();
        let joined = threads.into_iter().map(ScopedJoinHandle::join);
        joined.flat_map(|own| own.unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    made.sort_unstable_by_key(|(place, _)| *place);
    made.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn items_come_back_in_their_order() {
        let items: Vec<u32> = (0..1_000).collect();
        let made: Result<Vec<u32>, ()> = apart(items.iter(), 4, |item| Ok(item * 2));
        assert_eq!(made, Ok(items.iter().map(|item| item * 2).collect()));
        assert_eq!(apart([].iter(), 4, |item: &u32| Err::<u32, u32>(*item)), Ok(Vec::new()));
    }

    #[test]
    fn of_several_errors_the_first_is_told_and_little_is_done_after_it() {
        let items: Vec<u32> = (0..100_000).collect();
        let n_begun = AtomicUsize::new(0);
        let made = apart(items.iter(), 3, |item| {
            n_begun.fetch_add(1, Ordering::Relaxed);
            if *item < 500 { Ok(()) } else { Err(*item) }
        });
        assert_eq!(made, Err(500));
        assert!(n_begun.into_inner() < items.len());
    }
}
