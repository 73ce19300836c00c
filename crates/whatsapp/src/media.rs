use async_trait::async_trait;
use wacore::net::{HttpClient, HttpRequest, HttpResponse};

/// The engine's HTTP client: refuses. The version is fetched once for all clients (see
/// `version`), history is not asked for, and nothing else needs HTTP to link.
pub(crate) struct NoMedia;

#[async_trait]
impl HttpClient for NoMedia {
    async fn execute(&self, request: HttpRequest) -> anyhow::Result<HttpResponse> {
        anyhow::bail!("{} is not fetched: media is not handled yet", request.url)
    }
}
