//! A self-hosted WhatsApp gateway that speaks the GREEN-API HTTP API.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match siskin::cli::run(siskin::Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", siskin::explain(&error));
            ExitCode::FAILURE
        }
    }
}
