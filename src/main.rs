//! Hands the arguments to `cli`, and its code to the shell.

fn main() {}
