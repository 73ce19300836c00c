use std::sync::Arc;
use std::time::Duration;

use reqwest::Response;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, LOCATION};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use url::Url;

use crate::answer::header;
use crate::error::host;
use crate::{IncomingFile, Outbound, OutboundError, PageDescription, Policy, page, picture};

/// How many redirects are followed.
const REDIRECTS: usize = 5;
/// How long a file may be silent.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a file may take in all: 100 MB at 1.4 Mbit/s.
const FILE: Duration = Duration::from_secs(10 * 60);
/// How long a page, or a picture for it, may take in all. Somebody waits for the message.
const PREVIEW: Duration = Duration::from_secs(8);
/// How much of a page is read: what it says of itself is at its beginning.
const LARGEST_PAGE: u64 = 512 * 1024;
/// How many pages and pictures are in memory at the same time. Waiting counts as part of
/// [`PREVIEW`].
const PREVIEWS_AT_ONCE: usize = 16;

/// Fetches what messages point to: files by their address, pages and pictures for previews.
///
/// A client of its own, apart from the one for webhooks: these addresses come with every
/// message, so its [`Policy`] is [`Policy::Public`] unless the operator says otherwise.
/// Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Fetcher {
    outbound: Outbound,
    previews: Arc<Semaphore>,
}

impl Fetcher {
    /// Makes a fetcher that goes where the policy lets it.
    pub fn new(policy: Policy) -> Self {
        let previews = Arc::new(Semaphore::new(PREVIEWS_AT_ONCE));
        // Hardly any host is called twice, and there is no end of hosts.
        Self { outbound: Outbound::keeping(policy, 0), previews }
    }

    /// Asks for a file of at most `largest` bytes, over at most five redirects. Its bytes come
    /// from [`IncomingFile::chunk`].
    ///
    /// # Errors
    /// See [`OutboundError`]: `InvalidUrl`, `Forbidden`, `Unreachable`, `TimedOut`, `Status`,
    /// `Redirects`, and `TooLarge` if the server says so beforehand.
    pub async fn fetch_file(&self, url: &str, largest: u64) -> Result<IncomingFile, OutboundError> {
        let deadline = Instant::now() + FILE;
        let answer = within(SILENCE, self.get(url, "*/*")).await?;
        IncomingFile::new(answer, largest, SILENCE, deadline)
    }

    /// What the page at an address says of itself, within 8 s.
    ///
    /// # Errors
    /// See [`OutboundError`]; `NotText`: there is something else than a page.
    pub async fn page(&self, url: &str) -> Result<PageDescription, OutboundError> {
        within(PREVIEW, async {
            let _permit = self.previews.acquire().await;
            let answer = self.get(url, "text/html,application/xhtml+xml").await?;
            let (base, content_type) = (answer.url().clone(), header(&answer, "content-type"));
            if !page::is_page(content_type.as_deref()) || is_packed(&answer) {
                return Err(OutboundError::NotText { host: host(&base) });
            }
            let html = beginning(answer, LARGEST_PAGE).await?;
            Ok(page::describe(&html, content_type.as_deref(), &base))
        })
        .await
    }

    /// The bytes of a picture (JPEG, PNG, WebP, GIF or BMP) of at most `largest` bytes, within
    /// 8 s.
    ///
    /// # Errors
    /// See [`OutboundError`]; `NotPicture`: there is something else.
    pub async fn image(&self, url: &str, largest: u64) -> Result<Vec<u8>, OutboundError> {
        within(PREVIEW, async {
            let _permit = self.previews.acquire().await;
            let answer = self.get(url, "image/*").await?;
            let url = answer.url().clone();
            let mut file = IncomingFile::new(answer, largest, PREVIEW, Instant::now() + PREVIEW)?;
            let mut bytes = Vec::new();
            while let Some(chunk) = file.chunk().await? {
                bytes.extend_from_slice(&chunk);
                if !picture::may_begin(&bytes) {
                    break;
                }
            }
            if picture::is_picture(&bytes) {
                return Ok(bytes);
            }
            Err(OutboundError::NotPicture { host: host(&url) })
        })
        .await
    }

    /// The answer at an address, behind redirects, each of which is looked at like the first
    /// address. Only a success is one.
    async fn get(&self, url: &str, accept: &str) -> Result<Response, OutboundError> {
        let (client, mut url) = self.outbound.client_for(url)?;
        for _ in 0..=REDIRECTS {
            let request = client.get(url.clone()).header(ACCEPT, accept);
            // What is packed can grow without end when it is unpacked, so nothing here does.
            let request = request.header(ACCEPT_ENCODING, "identity");
            let answer = request.send().await;
            let answer = answer.map_err(|error| OutboundError::failed(&url, error))?;
            let status = answer.status();
            if status.is_success() {
                return Ok(answer);
            }
            let next = header(&answer, LOCATION.as_str()).filter(|_| status.is_redirection());
            let Some(next) = next else {
                let status = status.as_u16();
                return Err(OutboundError::Status { host: host(&url), status });
            };
            url = self.next(&url, &next)?;
        }
        Err(OutboundError::Redirects { host: host(&url) })
    }

    /// Where a redirect leads, if it may.
    fn next(&self, url: &Url, location: &str) -> Result<Url, OutboundError> {
        let next = url.join(location).map_err(|_| OutboundError::InvalidUrl)?;
        self.outbound.client_for(next.as_str()).map(|(_client, url)| url)
    }
}

async fn within<T>(
    patience: Duration,
    work: impl Future<Output = Result<T, OutboundError>>,
) -> Result<T, OutboundError> {
    tokio::time::timeout(patience, work).await.unwrap_or(Err(OutboundError::TimedOut))
}

/// At most so many bytes, whatever comes after them.
async fn beginning(answer: Response, longest: u64) -> Result<Vec<u8>, OutboundError> {
    let url: Url = answer.url().clone();
    let mut answer = answer;
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < longest {
        let chunk = answer.chunk().await.map_err(|error| OutboundError::failed(&url, error))?;
        let Some(chunk) = chunk else { break };
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(usize::try_from(longest).unwrap_or(usize::MAX));
    Ok(bytes)
}

fn is_packed(answer: &Response) -> bool {
    let encoding = header(answer, CONTENT_ENCODING.as_str());
    encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_leads_only_where_a_first_address_may() {
        let public = Fetcher::new(Policy::Public);
        let next = |location: &str| {
            let from = Url::parse("https://example.org/a/b");
            from.map_err(|_| OutboundError::InvalidUrl)
                .and_then(|from| public.next(&from, location))
        };
        for (location, target) in [
            ("/c", "https://example.org/c"),
            ("c?d#e", "https://example.org/a/c?d#e"),
            ("//8.8.8.8/c", "https://8.8.8.8/c"),
            ("http://example.com", "http://example.com/"),
        ] {
            assert_eq!(next(location).map(String::from).as_deref(), Ok(target));
        }
        for location in ["http://127.0.0.1/", "//169.254.169.254/latest", "http://[::1]:80/"] {
            let refused = next(location);
            assert!(matches!(refused, Err(OutboundError::Forbidden { .. })), "{refused:?}");
        }
        for location in ["file:///etc/passwd", "ftp://example.org/", "http://", "javascript:0"] {
            assert_eq!(next(location), Err(OutboundError::InvalidUrl), "{location}");
        }
    }
}
