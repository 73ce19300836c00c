//! Answers that are long lists. Rows are read as the caller takes them: who reads slowly, or
//! not at all, holds two pages of them in memory and no more.

use axum::body::{Body, Bytes};
use axum::response::IntoResponse as _;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _, stream};
use http::header;
use serde_json::Value;
use siskin_store::StoreError;

use crate::call::Answer;

/// The most bytes of one answer. A longer list ends early, behind its last whole row: as the
/// newest come first, what is missing is the oldest.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Pages of rows; an empty one says nothing about the next.
type Pages = BoxStream<'static, Result<Vec<Value>, StoreError>>;

/// The list as JSON, with the status 200. If rows cannot be read any more, the connection is
/// closed in the middle: an answer that looked whole would hide it.
///
/// # Errors
/// When the first rows cannot be read.
pub(crate) async fn answer(
    pages: impl Stream<Item = Result<Vec<Value>, StoreError>> + Send + 'static,
) -> Answer {
    answer_within(MOST_BYTES, pages.boxed()).await
}

async fn answer_within(most: usize, pages: Pages) -> Answer {
    let mut writing = Writing { pages, most, written: 0, has_ended: false };
    // Most lists end with the first page, and go out as a whole.
    let (first, second) = (writing.next().await?, writing.next().await?);
    let begun = [first, second].into_iter().flatten();
    let body = match writing.has_ended {
        true => Body::from(begun.collect::<Vec<_>>().concat()),
        false => Body::from_stream(stream::iter(begun.map(Ok)).chain(writing.rest())),
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

struct Writing {
    pages: Pages,
    most: usize,
    written: usize,
    has_ended: bool,
}

impl Writing {
    /// The next bytes; `None` behind the end.
    async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        if self.has_ended {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        match self.pages.next().await.transpose()? {
            Some(rows) => rows.iter().for_each(|row| self.add(row, &mut bytes)),
            None => self.has_ended = true,
        }
        if self.has_ended {
            bytes.extend_from_slice(if self.written == 0 { b"[]" } else { b"]" });
        }
        Ok(Some(bytes.into()))
    }

    fn add(&mut self, row: &Value, bytes: &mut Vec<u8>) {
        let row = row.to_string();
        // What comes before the row and behind the last one has a byte each.
        if self.has_ended || self.written + row.len() + 2 > self.most {
            self.has_ended = true;
            return;
        }
        bytes.push(if self.written == 0 { b'[' } else { b',' });
        bytes.extend_from_slice(row.as_bytes());
        self.written += row.len() + 1;
    }

    fn rest(self) -> impl Stream<Item = Result<Bytes, StoreError>> + Send {
        stream::try_unfold(self, |mut writing| async move {
            let bytes = writing.next().await;
            let bytes = bytes.inspect_err(|error| tracing::error!(%error, "a list was cut off"));
            bytes.map(|bytes| bytes.map(|bytes| (bytes, writing)))
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use axum::response::Response;
    use serde_json::json;

    const PAGE: usize = 10;

    /// Pages of rows, and how many of them were read.
    fn pages(count: usize) -> (Pages, Arc<AtomicUsize>) {
        let read = Arc::new(AtomicUsize::new(0));
        let counted = read.clone();
        let page = move |number: usize| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok((0..PAGE).map(|row| json!({"row": number * PAGE + row})).collect())
        };
        (stream::iter(0..count).map(page).boxed(), read)
    }

    async fn text(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    async fn rows(response: Response) -> Vec<Value> {
        serde_json::from_str(&text(response).await).unwrap()
    }

    #[tokio::test]
    async fn a_list_is_whole_however_many_pages_it_has() {
        for count in [0, 1, 2, 3, 40] {
            let listed = rows(answer(pages(count).0).await.unwrap()).await;
            let expected: Vec<_> = (0..count * PAGE).map(|row| json!({"row": row})).collect();
            assert_eq!(listed, expected);
        }
        assert_eq!(text(answer(pages(0).0).await.unwrap()).await, "[]");
        let empty = stream::iter([Ok(Vec::new()), Ok(vec![json!(1)]), Ok(Vec::new())]);
        assert_eq!(text(answer(empty).await.unwrap()).await, "[1]");
    }

    #[tokio::test]
    async fn who_does_not_read_has_nothing_read_for_them() {
        let (pages, read) = pages(1000);
        let mut body = answer(pages).await.unwrap().into_body().into_data_stream();
        assert_eq!(read.load(Ordering::Relaxed), 2);
        for taken in 1..=5 {
            body.next().await.unwrap().unwrap();
            assert!(read.load(Ordering::Relaxed) <= 2 + taken);
        }
    }

    #[tokio::test]
    async fn a_list_that_grows_too_large_ends_early_and_well() {
        for most in [2, 3, 12, 13, 100, 119, 120, 121, 1000] {
            let (pages, read) = pages(1000);
            let whole = text(answer_within(most, pages).await.unwrap()).await;
            assert!(whole.len() <= most, "{most}: {whole}");
            let listed: Vec<Value> = serde_json::from_str(&whole).unwrap();
            let next = json!({"row": listed.len()}).to_string();
            assert!(whole.len() + 1 + next.len() > most, "{most}: there was room for a row");
            assert!(read.load(Ordering::Relaxed) <= 2 + most / (PAGE * next.len()));
        }
    }

    #[tokio::test]
    async fn what_fails_at_first_is_told_and_later_cuts_the_answer_off() {
        let failed = || Err(StoreError::database("the disk is gone"));
        let good = || Ok(vec![json!(1)]);
        let first = stream::iter([failed()]);
        assert!(answer(first).await.unwrap_err().to_string().contains("the disk is gone"));
        let third = stream::iter([good(), good(), failed()]);
        let body = answer(third).await.unwrap().into_body();
        assert!(axum::body::to_bytes(body, usize::MAX).await.is_err());
    }
}
