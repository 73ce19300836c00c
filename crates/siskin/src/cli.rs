//! The command line.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use siskin_model::InstanceId;

use crate::commands::instance::InstanceCommand;
use crate::config::{Config, Flags};
use crate::{commands, private};

/// A self-hosted WhatsApp gateway that speaks the GREEN-API HTTP API
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the gateway on the real WhatsApp network
    Serve,
    /// Run the gateway with a simulated WhatsApp network: no phone, no internet
    #[cfg(feature = "sandbox")]
    Sandbox(crate::sandbox::SandboxFlags),
    /// Run a simulated WhatsApp network alone
    #[cfg(feature = "sandbox")]
    Simulator(crate::sandbox::SimulatorFlags),
    /// Create, list, show and delete instances
    #[command(subcommand)]
    Instance(InstanceCommand),
    /// Show an instance's QR code here and wait until it is linked
    Link {
        /// The instance's number
        id: InstanceId,
    },
    /// Show or check the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Look for what would keep the gateway from working
    Doctor,
    /// Ask the running gateway whether it is well; for containers and supervisors
    Healthcheck,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print the defaults, explained
    Print,
    /// Check the configuration that would be used
    Check,
}

/// Does what the command line says.
///
/// # Errors
/// What went wrong, for [`explain`](crate::explain).
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    private::begin();
    if matches!(cli.command, Command::Config(ConfigCommand::Print)) {
        print!("{}", crate::config::DEFAULTS);
        return Ok(ExitCode::SUCCESS);
    }
    let config = Config::load(&cli.flags)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the asynchronous runtime did not start")?;
    runtime.block_on(dispatch(cli.command, &cli.flags, config))
}

async fn dispatch(command: Command, flags: &Flags, config: Config) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve => commands::serve::run(config).await?,
        #[cfg(feature = "sandbox")]
        Command::Sandbox(sandbox) => crate::sandbox::run(flags, config, sandbox).await?,
        #[cfg(feature = "sandbox")]
        Command::Simulator(simulator) => crate::sandbox::simulate(flags, config, simulator).await?,
        Command::Instance(command) => commands::instance::run(config, command).await?,
        Command::Link { id } => commands::link::run(config, id).await?,
        Command::Config(_) => println!("The configuration is valid."),
        Command::Doctor => return commands::doctor::run(config).await,
        Command::Healthcheck => commands::healthcheck::run(config).await?,
    }
    #[cfg(not(feature = "sandbox"))]
    let _ = flags;
    Ok(ExitCode::SUCCESS)
}
