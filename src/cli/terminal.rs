//! How does the program speak? Data on standard output, all else on standard error.

use std::fmt::Display;
use std::io::{self, Write};
use std::panic::PanicHookInfo;

use crate::fault::Exit;

/// Says a line to the person at the terminal. One who stopped listening is no error.
pub(super) fn say(line: &dyn Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Gives data to whoever reads standard output. One who stopped reading, as `head` does, is no
/// error.
pub(super) fn give(data: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(data.as_bytes()).and_then(|()| out.flush());
}

/// Prints help, version or a complaint about the command line.
pub(super) fn say_clap(error: &clap::Error) -> Exit {
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}

/// Says that an invariant broke. The message of a panic may quote a value that it stumbled over,
/// so only our own, which hold numbers, are shown.
pub(super) fn say_bug(panic: &PanicHookInfo<'_>) {
    if crate::fault::is_quiet() {
        return;
    }
    let message = panic
        .payload()
        .downcast_ref::<String>()
        .filter(|message| message.starts_with("the roll is broken"))
        .map_or_else(|| "an invariant broke".to_owned(), Clone::clone);
    let place = panic.location().map_or_else(String::new, |place| format!("\n  at: {place}"));
    say(&format!(
        "error: {message}{place}\n  hint: this is a bug of headcount; nothing was written"
    ));
}
