//! Hands the arguments to `cli`, and its code to the shell.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(headcount::cli::main(std::env::args_os()) as u8)
}
