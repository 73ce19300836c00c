//! The configuration: flags win over the environment, the environment over the file, the
//! file over the defaults that are built in.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use ipnet::IpNet;
use serde::{Deserialize, Deserializer};
use siskin_fleet::{Budget, FileLimits};
use siskin_model::Token;

use crate::listen;

/// The documented defaults; `siskin config print` shows them.
pub const DEFAULTS: &str = include_str!("../siskin.toml");

/// The shortest secret that an operator may choose for the console or the partner methods.
const SHORTEST_SECRET: usize = 16;

/// Where the settings of the gateway come from. Every field has a key of the same name in
/// the file.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// Where to listen; port 0 picks a free one
    #[arg(long, global = true, env = "SISKIN_LISTEN", value_name = "ADDRESS:PORT")]
    #[arg(value_parser = listen::parse)]
    pub listen: Option<SocketAddr>,
    /// The folder that holds everything
    #[arg(long, global = true, env = "SISKIN_DATA_DIR", value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// A configuration file
    #[arg(long, global = true, env = "SISKIN_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Requests a second: as GREEN-API grants them, or without limit
    #[arg(long, global = true, env = "SISKIN_RATE_LIMITS", value_name = "vendor|off")]
    pub rate_limits: Option<RateLimits>,
    /// Log lines for people or for machines
    #[arg(long, global = true, env = "SISKIN_LOG_FORMAT", value_name = "text|json")]
    pub log_format: Option<LogFormat>,
    /// What to log: a level or a filter
    #[arg(long, global = true, env = "SISKIN_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// WhatsApp's websocket
    #[arg(long, global = true, env = "SISKIN_WHATSAPP_URL", value_name = "URL")]
    pub whatsapp_url: Option<String>,
    /// Where webhooks may lead
    #[arg(long, global = true, env = "SISKIN_WEBHOOK_TARGETS", value_name = "any|public")]
    pub webhook_targets: Option<Targets>,
    /// Where files by URL and link previews may lead
    #[arg(long, global = true, env = "SISKIN_FETCH_TARGETS", value_name = "public|any")]
    pub fetch_targets: Option<Targets>,
    /// How others reach the gateway: links to files begin with it
    #[arg(long, global = true, env = "SISKIN_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Names that the gateway answers to, beside localhost and the public URL's
    #[arg(long, global = true, env = "SISKIN_HOSTS", value_name = "NAME,…", value_delimiter = ',')]
    pub hosts: Option<Vec<String>>,
    /// The networks of proxies, whose word about the client's address is believed
    #[arg(long, global = true, env = "SISKIN_PROXIES", value_name = "NETWORK,…")]
    #[arg(value_delimiter = ',', value_parser = network)]
    pub proxies: Option<Vec<IpNet>>,
    /// How many connections there may be at once
    #[arg(long, global = true, env = "SISKIN_CONNECTIONS", value_name = "NUMBER")]
    pub connections: Option<NonZeroU32>,
    /// The pause between two sends: as each instance's settings have it, or none
    #[arg(long, global = true, env = "SISKIN_SEND_PAUSE", value_name = "settings|off")]
    pub send_pause: Option<SendPause>,
    /// How many megabytes stay free on the disk: with less, no file is fetched or taken
    #[arg(long, global = true, env = "SISKIN_FILES_FLOOR_MB", value_name = "MB")]
    pub files_floor_mb: Option<u64>,
    /// Megabytes of received files that an instance fetches in a day by itself; 0: no limit
    #[arg(long, global = true, env = "SISKIN_FILES_INSTANCE_MB", value_name = "MB")]
    pub files_instance_mb: Option<u64>,
    /// Received files that an instance fetches in a day by itself; 0: no limit
    #[arg(long, global = true, env = "SISKIN_FILES_INSTANCE_COUNT", value_name = "N")]
    pub files_instance_count: Option<u64>,
    /// The same megabytes, of one sender
    #[arg(long, global = true, env = "SISKIN_FILES_SENDER_MB", value_name = "MB")]
    pub files_sender_mb: Option<u64>,
    /// The same files, of one sender
    #[arg(long, global = true, env = "SISKIN_FILES_SENDER_COUNT", value_name = "N")]
    pub files_sender_count: Option<u64>,
}

/// Whether the vendor's limits of requests hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum RateLimits {
    /// As the vendor grants them.
    Vendor,
    /// None.
    Off,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// Whether there is a pause between two sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum SendPause {
    /// As each instance's `delaySendMessagesMilliseconds` has it.
    Settings,
    /// None.
    Off,
}

/// Where requests to foreign addresses may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Targets {
    /// Anywhere, private addresses included.
    Any,
    /// Only to addresses of the public internet.
    Public,
}

/// The settings that hold, wherever they came from.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Config {
    /// Where to listen.
    #[serde(deserialize_with = "listen::deserialize")]
    pub listen: SocketAddr,
    /// The folder that holds everything.
    pub data_dir: PathBuf,
    /// Whether the vendor's limits hold.
    pub rate_limits: RateLimits,
    /// The form of log lines.
    pub log_format: LogFormat,
    /// What is logged.
    pub log: String,
    /// WhatsApp's websocket.
    pub whatsapp_url: String,
    /// Where webhooks may lead.
    pub webhook_targets: Targets,
    /// Where files by URL and link previews may lead.
    pub fetch_targets: Targets,
    /// How others reach the gateway; empty: at the address that it listens on.
    pub public_url: String,
    /// The names that it answers to, beside those of this machine and of the public URL.
    pub hosts: Vec<String>,
    /// The networks of proxies.
    #[serde(deserialize_with = "networks")]
    pub proxies: Vec<IpNet>,
    /// How many connections there may be, if the limit of open files has room for them.
    pub connections: NonZeroU32,
    /// Whether there is a pause between two sends.
    pub send_pause: SendPause,
    /// Megabytes that stay free on the disk.
    pub files_floor_mb: u64,
    /// Megabytes of received files that an instance fetches in a day; 0: no limit.
    pub files_instance_mb: u64,
    /// Received files that an instance fetches in a day; 0: no limit.
    pub files_instance_count: u64,
    /// Megabytes of received files that an instance fetches in a day of one sender.
    pub files_sender_mb: u64,
    /// Received files that an instance fetches in a day of one sender.
    pub files_sender_count: u64,
    partner_token: HiddenText,
    admin_token: HiddenText,
}

/// A text that `Debug` does not show.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
struct HiddenText(String);

impl std::fmt::Debug for HiddenText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_empty() { "\"\"" } else { Token::MASK })
    }
}

impl Config {
    /// Puts the settings together.
    ///
    /// # Errors
    /// When the file cannot be read or has a key or value that is not known.
    pub fn load(flags: &Flags) -> anyhow::Result<Self> {
        let mut table: toml::Table = DEFAULTS.parse().context("the built-in defaults")?;
        if let Some(path) = &flags.config {
            table.extend(read(path)?);
        }
        let origin = flags.config.as_deref().unwrap_or(Path::new("the defaults"));
        let mut config: Self = table.try_into().with_context(|| {
            format!(
                "{} has a setting that Siskin does not understand\n  hint: `siskin config \
                 print` shows every setting with its values",
                origin.display()
            )
        })?;
        config.overlay(flags);
        config.overlay_secrets(|name| std::env::var(name).ok());
        config.check()?;
        Ok(config)
    }

    fn overlay(&mut self, flags: &Flags) {
        fn take<T: Clone>(setting: &mut T, flag: &Option<T>) {
            if let Some(value) = flag {
                setting.clone_from(value);
            }
        }
        take(&mut self.listen, &flags.listen);
        take(&mut self.data_dir, &flags.data_dir);
        take(&mut self.rate_limits, &flags.rate_limits);
        take(&mut self.log_format, &flags.log_format);
        take(&mut self.log, &flags.log);
        take(&mut self.whatsapp_url, &flags.whatsapp_url);
        take(&mut self.webhook_targets, &flags.webhook_targets);
        take(&mut self.fetch_targets, &flags.fetch_targets);
        take(&mut self.public_url, &flags.public_url);
        take(&mut self.hosts, &flags.hosts);
        take(&mut self.proxies, &flags.proxies);
        take(&mut self.connections, &flags.connections);
        take(&mut self.send_pause, &flags.send_pause);
        take(&mut self.files_floor_mb, &flags.files_floor_mb);
        take(&mut self.files_instance_mb, &flags.files_instance_mb);
        take(&mut self.files_instance_count, &flags.files_instance_count);
        take(&mut self.files_sender_mb, &flags.files_sender_mb);
        take(&mut self.files_sender_count, &flags.files_sender_count);
    }

    fn overlay_secrets(&mut self, variable: impl Fn(&str) -> Option<String>) {
        if let Some(token) = variable("SISKIN_PARTNER_TOKEN") {
            self.partner_token = HiddenText(token);
        }
        if let Some(token) = variable("SISKIN_ADMIN_TOKEN") {
            self.admin_token = HiddenText(token);
        }
    }

    fn check(&self) -> anyhow::Result<()> {
        let url = self.public_url.as_str();
        let is_web = ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme));
        if !url.is_empty() && (!is_web || url.contains(char::is_whitespace)) {
            bail!(
                "public-url must be a web address such as https://gateway.example, not '{url}'\n  \
                 hint: leave it empty and links lead to the address that is listened on"
            );
        }
        let is_name = |host: &String| !host.contains(['/', ':', '@', ' ']);
        if let Some(host) = self.hosts.iter().find(|host| !is_name(host)) {
            bail!(
                "hosts must be names alone, such as \"gateway.example\", not '{host}'\n  hint: \
                 without http://, port and path"
            );
        }
        let secrets =
            [("partner-token", &self.partner_token.0), ("admin-token", &self.admin_token.0)];
        for (key, secret) in secrets {
            let plain = secret.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            if !secret.is_empty() && (secret.len() < SHORTEST_SECRET || !plain) {
                bail!(
                    "{key} must have at least {SHORTEST_SECRET} letters, digits, '-', '_' or \
                     '.', since it stands in a URL\n  hint: leave it empty and one is made"
                );
            }
        }
        Ok(())
    }

    /// What received files may take of disk and line.
    pub fn file_limits(&self) -> FileLimits {
        let bytes = |megabytes: u64| megabytes.saturating_mul(1024 * 1024);
        let limit = |value: u64| if value == 0 { u64::MAX } else { value };
        let budget =
            |megabytes, files| Budget { bytes: limit(bytes(megabytes)), files: limit(files) };
        FileLimits {
            floor: bytes(self.files_floor_mb),
            instance: budget(self.files_instance_mb, self.files_instance_count),
            sender: budget(self.files_sender_mb, self.files_sender_count),
        }
    }

    /// The partner token that the operator chose.
    pub fn partner_token(&self) -> Option<Token> {
        chosen(&self.partner_token)
    }

    /// The admin token that the operator chose.
    pub fn admin_token(&self) -> Option<Token> {
        chosen(&self.admin_token)
    }
}

/// A network such as `10.0.0.0/8`, or a single address.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let single = || text.parse().map(|address: IpAddr| IpNet::from(address));
    let network = text.parse().or_else(|_| single());
    network.map_err(|_| format!("'{text}' is no network such as 10.0.0.0/8"))
}

fn networks<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    texts
        .iter()
        .map(|text| network(text))
        .collect::<Result<_, _>>()
        .map_err(serde::de::Error::custom)
}

fn chosen(secret: &HiddenText) -> Option<Token> {
    (!secret.0.is_empty()).then(|| Token::from_text(secret.0.as_str()))
}

fn read(path: &Path) -> anyhow::Result<toml::Table> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the configuration file {} cannot be read", path.display()))?;
    text.parse().with_context(|| format!("{} is not valid TOML", path.display()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn with_file(text: &str, flags: Flags) -> anyhow::Result<Config> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("siskin.toml");
        std::fs::write(&path, text).unwrap();
        Config::load(&Flags { config: Some(path), ..flags })
    }

    #[test]
    fn the_built_in_file_is_complete_and_valid() {
        let config = Config::load(&Flags::default()).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.rate_limits, RateLimits::Vendor);
        assert!(config.partner_token().is_none());
        let limits = config.file_limits();
        assert_eq!(limits.floor, 256 * 1024 * 1024);
        assert!(limits.sender.files < limits.instance.files);
    }

    #[test]
    fn a_limit_of_nothing_is_none() {
        let config = with_file("files-sender-mb = 0", Flags::default()).unwrap();
        assert_eq!(config.file_limits().sender.bytes, u64::MAX);
        assert!(config.file_limits().instance.bytes < u64::MAX);
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_defaults() {
        let file = "listen = \"127.0.0.1:1\"\nrate-limits = \"off\"";
        let flags = Flags { listen: "127.0.0.1:2".parse().ok(), ..Flags::default() };
        let config = with_file(file, flags).unwrap();
        assert_eq!(config.listen.port(), 2);
        assert_eq!(config.rate_limits, RateLimits::Off);
        assert_eq!(config.log_format, LogFormat::Text);
    }

    #[test]
    fn addresses_and_networks_are_read_as_people_write_them() {
        let file = "listen = 8081\nproxies = [\"192.0.2.1\", \"10.0.0.0/8\"]";
        let config = with_file(file, Flags::default()).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8081");
        let proxies: Vec<String> = config.proxies.iter().map(IpNet::to_string).collect();
        assert_eq!(proxies, ["192.0.2.1/32", "10.0.0.0/8"]);
    }

    #[test]
    fn unknown_keys_values_and_weak_secrets_are_refused() {
        for text in [
            "lisen = \"127.0.0.1:1\"",
            "rate-limits = \"none\"",
            "admin-token = \"short\"",
            "public-url = \"gateway.example\"",
            "listen = \"gateway.example:80\"",
            "hosts = [\"http://gateway.example\"]",
            "proxies = [\"nginx\"]",
            "connections = 0",
            "x",
        ] {
            assert!(with_file(text, Flags::default()).is_err(), "{text}");
        }
    }

    #[test]
    fn secrets_do_not_show_in_debug() {
        let config = with_file("admin-token = \"a-long-enough-secret\"", Flags::default()).unwrap();
        assert!(!format!("{config:?}").contains("long-enough"));
        assert!(config.admin_token().unwrap().matches("a-long-enough-secret"));
    }
}
