//! What can go wrong with files, on request.

use parking_lot::Mutex;
use serde::Deserialize;

/// How a media host misbehaves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MediaFault {
    /// What it does.
    pub kind: MediaFaultKind,
    /// Which calls it spoils; both by default.
    pub on: Option<MediaDirection>,
    /// How many calls it spoils; without it all, until the fault is taken back.
    pub times: Option<u32>,
}

/// The ways in which a media host misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MediaFaultKind {
    /// It answers 503.
    Unavailable,
    /// It answers 401, as to a token that has run out.
    Unauthorized,
    /// It breaks off in the middle: of the answer, or of what is sent to it. Half of an
    /// upload is kept, so that it can be resumed.
    BreaksOff,
    /// A download has half the bytes, and a `Content-Length` that agrees. An upload is
    /// answered as if nothing had arrived.
    Truncated,
    /// A download has [`OVERLONG_BYTES`] too many, and a `Content-Length` that agrees.
    Overlong,
}

/// The two kinds of call that a media host takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MediaDirection {
    /// Clients send a file.
    Upload,
    /// Clients fetch a file.
    Download,
}

/// How many bytes an overlong download has too many.
pub(super) const OVERLONG_BYTES: u64 = 1024 * 1024;

/// Which files the hosts lose. The phones keep theirs and can send them again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpireMedia {
    /// The direct path or URL of one file; without it, all files that are there now.
    pub path: Option<String>,
    /// What downloads are answered from then on: 404 or, by default, 410.
    pub status: Option<u16>,
}

/// What a phone answers to a device that asks for a file again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MediaRetryAnswer {
    /// It uploads the file again and names the new path.
    #[default]
    Upload,
    /// It says that it has the file no more.
    NotFound,
    /// It says that something went wrong.
    GeneralError,
    /// It says nothing.
    Silent,
}

/// The faults that are on. Not kept across a restart.
#[derive(Default)]
pub struct MediaFaults(Mutex<Active>);

#[derive(Default)]
struct Active {
    host: Option<MediaFault>,
    retry: MediaRetryAnswer,
    prefix: String,
}

impl MediaFaults {
    /// Has the hosts misbehave, or behave again.
    pub fn set_host(&self, fault: Option<MediaFault>) {
        self.0.lock().host = fault;
    }

    /// Sets what phones answer.
    pub fn set_retry(&self, answer: MediaRetryAnswer) {
        self.0.lock().retry = answer;
    }

    /// Has every direct path that is named from now on begin with a text.
    pub fn set_prefix(&self, prefix: Option<String>) {
        self.0.lock().prefix = prefix.unwrap_or_default();
    }

    pub(super) fn prefix(&self) -> String {
        self.0.lock().prefix.clone()
    }

    /// What phones answer.
    pub fn retry(&self) -> MediaRetryAnswer {
        self.0.lock().retry
    }

    /// The fault that spoils a call, which counts it.
    pub(super) fn take(&self, direction: MediaDirection) -> Option<MediaFaultKind> {
        let mut on = self.0.lock();
        let fault = on.host.as_mut().filter(|fault| fault.on.is_none_or(|on| on == direction))?;
        let kind = fault.kind;
        if let Some(times) = &mut fault.times {
            *times = times.checked_sub(1)?;
        }
        Some(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_spoils_as_many_calls_as_it_says() {
        let faults = MediaFaults::default();
        faults.set_host(Some(MediaFault {
            kind: MediaFaultKind::Unavailable,
            on: Some(MediaDirection::Download),
            times: Some(1),
        }));
        assert_eq!(faults.take(MediaDirection::Upload), None);
        assert_eq!(faults.take(MediaDirection::Download), Some(MediaFaultKind::Unavailable));
        assert_eq!(faults.take(MediaDirection::Download), None);
    }
}
