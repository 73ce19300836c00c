use std::net::ToSocketAddrs as _;
use std::path::Path;
use std::process::ExitCode;

use siskin_whatsapp::{Endpoint, certificate};

use crate::config::Config;
use crate::data_folder::{DataFolder, InUse, THIS_BUILD};
use crate::gateway::shown;
use crate::open_files;
use crate::private;

/// Looks at everything that a gateway needs and says what is wrong.
pub(crate) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let mut findings = Findings::default();
    println!("Siskin {} ({THIS_BUILD:?} build)\n", env!("CARGO_PKG_VERSION"));
    findings.add("configuration", Ok(format!("listen {}", config.listen)));
    findings.add("data folder", data_folder(&config));
    findings.add("port", port(&config));
    findings.add("open files", open_files::finding(config.connections.get()));
    findings.add("certificate check", certificate_check());
    findings.add("WhatsApp", whatsapp(&config).await);
    println!();
    Ok(findings.verdict())
}

#[derive(Default)]
struct Findings {
    problems: u32,
}

impl Findings {
    fn add(&mut self, what: &str, finding: Result<String, String>) {
        match finding {
            Ok(detail) => println!("  ok       {what}: {detail}"),
            Err(problem) => {
                self.problems += 1;
                println!("  problem  {what}: {problem}");
            }
        }
    }

    fn verdict(&self) -> ExitCode {
        if self.problems == 0 {
            println!("Nothing stands in the way.");
            return ExitCode::SUCCESS;
        }
        println!("{} of these would keep the gateway from working.", self.problems);
        ExitCode::FAILURE
    }
}

fn data_folder(config: &Config) -> Result<String, String> {
    let path = shown(&config.data_dir);
    if !path.exists() {
        return Ok(format!("{} will be made at the first start", path.display()));
    }
    match DataFolder::take(&path) {
        Ok(folder) if folder.closed().is_empty() => {
            Ok(format!("{}, closed to other users", path.display()))
        }
        Ok(folder) => Ok(format!(
            "{}; other users had rights to {} and have none now",
            path.display(),
            private::named(folder.closed())
        )),
        Err(error) if error.is::<InUse>() => in_use(&path),
        Err(error) => Err(crate::explain(&error)),
    }
}

fn in_use(path: &Path) -> Result<String, String> {
    match private::open_to_others(path).as_slice() {
        [] => Ok(format!("{}, in use by a running gateway", path.display())),
        open => Err(format!(
            "{}, in use by a running gateway: other users have rights to {}; its next start \
             takes them away",
            path.display(),
            private::named(open)
        )),
    }
}

fn port(config: &Config) -> Result<String, String> {
    match std::net::TcpListener::bind(config.listen) {
        Ok(_) => Ok(format!("{} is free", config.listen)),
        Err(_) if crate::data_folder::running(&config.data_dir).is_some() => {
            Ok(format!("{} is used by the running gateway", config.listen))
        }
        Err(error) => Err(format!("{} cannot be listened on: {error}", config.listen)),
    }
}

fn certificate_check() -> Result<String, String> {
    if siskin_whatsapp::SIMULATOR_ONLY {
        return Ok("off: a sandbox build, which talks to its simulator only".to_owned());
    }
    if certificate::forgeries_are_refused() {
        return Ok("a forged certificate of WhatsApp is refused".to_owned());
    }
    Err("a forged certificate of WhatsApp is accepted; do not use this build".to_owned())
}

async fn whatsapp(config: &Config) -> Result<String, String> {
    let endpoint = match Endpoint::new(&config.whatsapp_url) {
        Ok(endpoint) => endpoint,
        Err(_) if siskin_whatsapp::SIMULATOR_ONLY => {
            return Ok("not asked: a sandbox build".to_owned());
        }
        Err(error) => return Err(error.to_string()),
    };
    let address = endpoint.address();
    let look_up = address.clone();
    let found = tokio::task::spawn_blocking(move || look_up.to_socket_addrs()).await;
    match found {
        Ok(Ok(addresses)) if addresses.len() > 0 => Ok(format!("{} is found", address.0)),
        _ => Err(format!(
            "{} is not found; check this machine's connection and name service",
            address.0
        )),
    }
}
