//! `/docs`: every method on one page, rendered from the table and from what each method takes.
//! No script, nothing from elsewhere.

mod members;

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::response::{Html, IntoResponse, Response};
use http::header;

use crate::methods::{METHODS, Method, Section, Status};

const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";
const HEAD: &str = include_str!("head.html");
const STYLE: &str = include_str!("docs.css");

static PAGE: LazyLock<String> = LazyLock::new(render);

/// `GET /docs`
pub(crate) async fn page() -> Response {
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(PAGE.as_str())).into_response()
}

/// `GET /docs.css`
pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

/// The sections in the order of the table.
const SECTIONS: [(Section, &str); 8] = [
    (Section::Account, "The link to WhatsApp and the settings of an instance."),
    (Section::Sending, "What is accepted waits its turn in a queue, at most for a day."),
    (Section::Receiving, "Notifications, one by one, for programs without a webhook."),
    (Section::Journals, "What the instance remembers."),
    (Section::Queues, "What waits."),
    (Section::ReadMark, "What the other side is told of your reading."),
    (Section::Service, "Messages that were sent, and chats."),
    (Section::Partner, "Instances themselves; the path has the partner token instead."),
];

fn render() -> String {
    let mut page = HEAD.to_owned();
    for (section, about) in SECTIONS {
        let _ = write!(page, "<section><h2>{}</h2><p>{about}</p><dl>", section.title());
        for method in METHODS.iter().filter(|method| method.section == section) {
            row(&mut page, method);
        }
        page.push_str("</dl></section>");
    }
    page.push_str("</main></body></html>");
    page
}

fn row(page: &mut String, method: &Method) {
    let (name, verb, path) = (method.name(), &method.verb, method.template());
    let (summary, rate) = (method.summary, method.per_second);
    let mark = match method.status {
        Status::Current => "",
        Status::Beta => " <small>beta</small>",
        Status::Deprecated => " <small>deprecated</small>",
        Status::Undocumented => " <small>undocumented</small>",
    };
    let _ = write!(
        page,
        "<dt id=\"{name}\"><a href=\"#{name}\">{name}</a>{mark}</dt>\
         <dd><code><b>{verb}</b> {path}</code><p>{summary}</p>"
    );
    if let Some(request) = (method.takes)() {
        members::show(page, &request, method.takes_query());
    }
    let _ = write!(page, "<p class=\"rate\">{rate} per second</p></dd>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_on_the_page_and_nothing_comes_from_elsewhere() {
        for method in METHODS {
            assert!(PAGE.contains(&format!("id=\"{}\"", method.name())), "{}", method.name());
        }
        // An example may have an address, which nobody calls.
        let mut parts = PAGE.split("<pre>");
        let mut page = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (example, rest) = part.split_once("</pre>").unwrap_or_default();
            assert!(!example.contains('<'), "{example}");
            page.push_str(rest);
        }
        assert!(page.len() > 10_000, "{page}");
        assert!(!page.contains("http://") && !page.contains("https://"));
        assert!(!page.contains("<script") && !page.contains("style="));
    }
}
