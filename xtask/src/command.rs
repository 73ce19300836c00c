//! Runs a program: shows what it prints, keeps it, and ends it when it takes too long.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// How long a program that was asked to end may take before it is killed.
const END_GRACE: Duration = Duration::from_secs(20);

/// How long to read on after a program ended: its children may still hold the pipe.
const READ_GRACE: Duration = Duration::from_secs(2);

/// How long to listen for output, and then for the end, before the other's turn.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Lines that are kept of a program's output; the oldest go first.
const MAX_KEPT_LINES: usize = 20_000;

/// How a program ended.
pub struct Outcome {
    /// Whether it ended by itself with exit code 0.
    pub ok: bool,
    /// What it printed, both streams as they came.
    pub output: Vec<String>,
}

/// Runs `command` to its end, for at most `limit`.
///
/// # Errors
/// When it cannot be started. That it failed or took too long is in the outcome.
pub fn run(command: &mut Command, limit: Duration) -> anyhow::Result<Outcome> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let (sender, lines) = channel();
    forward(child.stdout.take(), sender.clone());
    forward(child.stderr.take(), sender);
    let mut output = Vec::new();
    let id = child.id();
    let ended = watch(child);
    let deadline = Instant::now() + limit;
    let ok = loop {
        collect(&lines, &mut output, Instant::now() + LOOK_EVERY);
        match ended.recv_timeout(LOOK_EVERY) {
            Ok(ok) => break ok,
            Err(_) if Instant::now() < deadline => (),
            Err(_) => {
                output.push(format!("took longer than {} s, so it was ended", limit.as_secs()));
                end(id, &ended);
                break false;
            }
        }
    };
    collect(&lines, &mut output, Instant::now() + READ_GRACE);
    Ok(Outcome { ok, output })
}

/// Waits for the child on a thread of its own; the channel gets one word: exit code 0 or not.
pub fn watch(mut child: Child) -> Receiver<bool> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let ok = child.wait().is_ok_and(|status| status.success());
        // Nobody listens any more once a step was given up.
        let _ = sender.send(ok);
    });
    receiver
}

/// Asks the process to end, and kills it when it does not. Answers whether it ended by
/// itself with exit code 0.
pub fn end(id: u32, ended: &Receiver<bool>) -> bool {
    for (signal, grace) in [("-TERM", END_GRACE), ("-KILL", READ_GRACE)] {
        // It may have ended in the meantime, so a failing `kill` says nothing.
        let _ = Command::new("kill").arg(signal).arg(id.to_string()).status();
        if let Ok(ok) = ended.recv_timeout(grace) {
            return ok;
        }
    }
    false
}

fn forward(stream: Option<impl Read + Send + 'static>, sender: Sender<String>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if sender.send(line).is_err() {
                return;
            }
        }
    });
}

/// Prints and keeps lines until the program closes its output, or until the deadline.
fn collect(lines: &Receiver<String>, output: &mut Vec<String>, deadline: Instant) {
    while let Ok(line) = lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        println!("{line}");
        if output.len() == MAX_KEPT_LINES {
            output.drain(..MAX_KEPT_LINES / 2);
        }
        output.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_streams_and_the_exit_code_are_kept() {
        let outcome = run(&mut shell("echo one; echo two >&2; exit 3"), END_GRACE).unwrap();
        assert!(!outcome.ok);
        let mut output = outcome.output;
        output.sort();
        assert_eq!(output, ["one", "two"]);
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended() {
        let outcome = run(&mut shell("exec sleep 600"), Duration::from_millis(100)).unwrap();
        assert!(!outcome.ok);
        assert!(outcome.output.concat().contains("took longer than"));
    }
}
