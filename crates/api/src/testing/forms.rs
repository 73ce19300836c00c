//! Forms with files, as clients send them.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt as _;

use super::{Answered, TestInstance};

const BOUNDARY: &str = "----boundary";
/// A red rectangle, four pixels across and three down.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAIAAAA7ljmRAAAAEElEQVR4nGP4z8AA\
                   Rww4OQD1MQv1NXv7ggAAAABJRU5ErkJggg==";

pub(crate) fn png() -> Vec<u8> {
    STANDARD.decode(PNG).unwrap()
}

/// A part of a form.
pub(crate) enum Part<'a> {
    Text(&'a str, &'a str),
    /// Its name, the file's name, its type, its bytes.
    File(&'a str, &'a str, &'a str, &'a [u8]),
}

fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut form = Vec::new();
    for part in parts {
        let (head, bytes) = match part {
            Part::Text(name, text) => (format!("name=\"{name}\"\r\n"), text.as_bytes()),
            Part::File(name, file, kind, bytes) => {
                let names = format!("name=\"{name}\"; filename=\"{file}\"");
                (format!("{names}\r\nContent-Type: {kind}\r\n"), *bytes)
            }
        };
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n");
        form.extend_from_slice(head.as_bytes());
        form.extend_from_slice(bytes);
        form.extend_from_slice(b"\r\n");
    }
    form.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    form
}

/// A call with a form, whatever its path.
pub(crate) fn form_request(parts: &[Part<'_>]) -> Request {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    Request::post("/").header("content-type", kind).body(Body::from(form(parts))).unwrap()
}

impl TestInstance<'_> {
    pub async fn form(&self, method: &str, parts: &[Part<'_>]) -> Answered {
        self.raw(method, &[], Body::from(form(parts)), true).await
    }

    /// A form whose file has `size` bytes, which nobody holds in memory.
    pub async fn large_form(&self, method: &str, size: usize) -> Answered {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\
             \r\n\r\n"
        );
        let head = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from(head))]);
        let tail = Bytes::from(format!("\r\n--{BOUNDARY}--\r\n"));
        let tail = futures::stream::iter([Ok::<_, std::io::Error>(tail)]);
        let body = head.chain(zeros(size)).chain(tail);
        self.raw(method, &[], Body::from_stream(body), true).await
    }

    /// A body as it is, with headers.
    pub async fn raw(
        &self,
        method: &str,
        headers: &[(&str, &str)],
        body: Body,
        is_form: bool,
    ) -> Answered {
        let mut request = Request::post(self.path(method));
        if is_form {
            let kind = format!("multipart/form-data; boundary={BOUNDARY}");
            request = request.header("content-type", kind);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.api.request(request.body(body).unwrap()).await
    }
}

/// So many bytes, piece by piece.
pub(crate) fn zeros(
    size: usize,
) -> impl futures::Stream<Item = Result<Bytes, std::io::Error>> + Send {
    const PIECE: usize = 64 * 1024;
    let piece = Bytes::from(vec![0; PIECE]);
    futures::stream::unfold(size, move |left| {
        let length = left.min(PIECE);
        let piece = piece.slice(..length);
        async move { (length > 0).then(|| (Ok(piece), left - length)) }
    })
}
