//! The machine-readable description of the API, made of the table of methods, and of what each
//! method takes and answers.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::header;
use serde_json::{Map, Value, json};

use crate::description::Description;
use crate::methods::{METHODS, Method, Status, Surface};
use crate::request::{Carrier, Declaration, Presence};

static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());

const ABOUT: &str = "The GREEN-API HTTP API for WhatsApp, served by Siskin. Method names are \
                     taken in any case; every answer may be read by pages of any origin.";

/// `GET /openapi.json`
pub(crate) async fn serve() -> Response {
    let headers =
        [(header::CONTENT_TYPE, "application/json"), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    (headers, DOCUMENT.as_str()).into_response()
}

/// The API in OpenAPI 3.1.
pub fn document() -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for method in METHODS {
        let description = (method.describe)();
        let verb = method.verb.as_str().to_ascii_lowercase();
        paths.insert(method.template(), json!({ verb: operation(method, &description) }));
        schemas.extend(description.schemas);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Siskin",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": "AGPL-3.0-only", "identifier": "AGPL-3.0-only"},
        },
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

fn operation(method: &Method, description: &Description) -> Value {
    let request = (method.takes)();
    let mut operation = json!({
        "operationId": method.name(),
        "tags": [method.section.title()],
        "summary": method.summary,
        "parameters": parameters(method, request.as_ref()),
        "responses": responses(method, description, request.as_ref()),
        "x-rate-per-second": method.per_second,
        "x-status": format!("{:?}", method.status).to_ascii_lowercase(),
    });
    if method.status == Status::Deprecated {
        operation["deprecated"] = true.into();
    }
    if let Some(request) = request.filter(|_| !method.takes_query()) {
        let content = content(&request);
        operation["requestBody"] = json!({"description": request.about, "content": content});
    }
    operation
}

/// The body by its media type.
fn content(request: &Declaration) -> Value {
    let object = json!({"schema": request.schema(), "example": request.example()});
    match request.carrier {
        Carrier::Plain => json!({"application/json": object}),
        Carrier::Form => json!({"multipart/form-data": object}),
        Carrier::BytesOrForm => json!({"multipart/form-data": object,
            "*/*": {"schema": {"type": "string", "format": "binary"}}}),
    }
}

fn parameters(method: &Method, request: Option<&Declaration>) -> Vec<Value> {
    let in_path = |name: &str, kind: &str| {
        let schema = json!({ "type": kind });
        json!({"name": name, "in": "path", "required": true, "schema": schema})
    };
    let mut parameters = match method.surface() {
        Surface::Instance => {
            vec![in_path("idInstance", "integer"), in_path("apiTokenInstance", "string")]
        }
        Surface::Partner => vec![in_path("partnerToken", "string")],
    };
    if method.takes_tail() {
        parameters.push(in_path("receiptId", "integer"));
    }
    let query = request.filter(|_| method.takes_query()).into_iter().flat_map(|it| &it.members);
    parameters.extend(query.map(|member| {
        let mut parameter = json!({"name": member.name, "in": "query",
            "description": member.about, "schema": member.schema});
        if member.presence == Presence::Required {
            parameter["required"] = true.into();
        }
        parameter
    }));
    parameters
}

fn responses(method: &Method, description: &Description, request: Option<&Declaration>) -> Value {
    let mut responses = Map::new();
    if description.websocket {
        let about = "The upgrade to a websocket; each of its text frames is a JSON object.";
        responses.insert(
            "101".into(),
            json!({"description": about, "content": description.content.clone()}),
        );
    } else {
        let mut content = description.content.clone();
        if method.surface() == Surface::Partner {
            content = json!({"application/json": {"schema": {"oneOf": [
                content["application/json"]["schema"],
                {"type": "object", "description": "A refusal.", "properties": {
                    "code": {"type": "integer"}, "description": {"type": "string"}}},
            ]}}});
        }
        let empty = content.as_object().is_some_and(Map::is_empty);
        let ok = match empty {
            true => json!({"description": "Done; empty."}),
            false => json!({"description": "OK", "content": content}),
        };
        responses.insert("200".into(), ok);
    }
    if method.surface() == Surface::Instance {
        responses.insert("401".into(), json!({"description": "Wrong token; empty."}));
        responses.insert("403".into(), json!({"description": "Wrong number; empty."}));
        if let Some(lacking) = request.and_then(Declaration::lacking) {
            add_refusal(&mut responses, 400, &lacking);
        }
    }
    for members in &description.not_taken {
        if let Some(text) = request.and_then(|request| request.refusal_of(members)) {
            add_refusal(&mut responses, 400, &text);
        }
    }
    for (status, text) in &description.refusals {
        add_refusal(&mut responses, *status, text);
    }
    responses.insert("429".into(), json!({"description": "Called too often; empty."}));
    Value::Object(responses)
}

fn add_refusal(responses: &mut Map<String, Value>, status: u16, text: &str) {
    let response = responses.entry(status.to_string()).or_insert_with(|| json!({}));
    let about = match response["description"].as_str() {
        Some(others) => format!("{others}; {text}"),
        None => text.to_owned(),
    };
    response["description"] = about.into();
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// What changes for users of the API shows here, to be looked at.
    #[test]
    fn the_document_is_as_it_was_reviewed() {
        insta::assert_json_snapshot!(document());
    }

    #[test]
    fn every_example_is_taken_and_no_member_is_there_twice() {
        for method in METHODS {
            let Some(request) = (method.takes)() else { continue };
            let example = request.example();
            let refused = (request.refusal)(example.as_object().unwrap());
            let no_file = "Validation failed. Details: 'file' is required".to_owned();
            let expected = (request.carrier != Carrier::Plain).then_some(no_file);
            assert_eq!(refused, expected, "{}: {example}", method.name());
            let schema = request.schema();
            let names = schema["properties"].as_object().unwrap().len();
            assert_eq!(names, request.members.len(), "{}", method.name());
        }
    }

    #[test]
    fn what_is_said_to_be_refused_is() {
        for method in METHODS {
            for members in (method.describe)().not_taken {
                let refused = (method.takes)().and_then(|request| request.refusal_of(&members));
                assert!(refused.is_some(), "{} takes {members}", method.name());
            }
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let text = document.to_string();
        for part in text.split("\"#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(document["components"]["schemas"][name].is_object(), "{name} is missing");
        }
    }
}
