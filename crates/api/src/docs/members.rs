use std::fmt::Write as _;

use serde_json::Value;

use crate::request::{Declaration, Declared, Presence};

/// The members of a request, and an example of a body.
pub(super) fn show(page: &mut String, request: &Declaration, in_query: bool) {
    let place = if in_query { "query" } else { "body" };
    let _ = write!(
        page,
        "<details><summary>{place}: {}</summary><table><tbody>",
        escaped(request.about)
    );
    rows(page, "", &request.members);
    page.push_str("</tbody></table>");
    if !in_query {
        let example = serde_json::to_string_pretty(&request.example()).unwrap_or_default();
        let _ = write!(page, "<pre>{}</pre>", escaped(&example));
    }
    page.push_str("</details>");
}

/// A row for each member, and below it those of its value.
fn rows(page: &mut String, path: &str, members: &[Declared]) {
    for member in members {
        let name = format!("{path}{}", member.name);
        let presence = match member.presence {
            Presence::Required => "required",
            Presence::OneOf => "one of these",
            Presence::Optional => "",
        };
        let (value, about) = (value(&member.schema), member.about);
        let _ = write!(
            page,
            "<tr><th scope=\"row\"><code>{name}</code></th><td>{presence}</td>\
             <td>{}</td><td>{}</td></tr>",
            escaped(&value),
            escaped(about)
        );
        let item = if member.schema["type"] == "array" { "[]" } else { "" };
        rows(page, &format!("{name}{item}."), &member.inner);
    }
}

/// What a value may be.
fn value(schema: &Value) -> String {
    let mut parts = vec![match &schema["type"] {
        Value::String(kind) => kind.clone(),
        kinds => texts(kinds).join(" or "),
    }];
    let words = texts(&schema["enum"]);
    if !words.is_empty() {
        parts.push(words.join(" or "));
    }
    for (least, most, unit) in [
        ("minimum", "maximum", ""),
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", " items"),
    ] {
        parts.extend(bounds(&schema[least], &schema[most]).map(|bounds| bounds + unit));
    }
    if !schema["default"].is_null() && schema["default"] != "" {
        parts.push(format!("default {}", schema["default"].to_string().trim_matches('"')));
    }
    parts.join(", ")
}

fn texts(values: &Value) -> Vec<&str> {
    values.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn bounds(least: &Value, most: &Value) -> Option<String> {
    match (least.is_null(), most.is_null()) {
        (false, false) => Some(format!("{least} to {most}")),
        (false, true) => Some(format!("at least {least}")),
        (true, false) => Some(format!("at most {most}")),
        (true, true) => None,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_told_with_its_bounds() {
        for (schema, told) in [
            (json!({"type": "string", "maxLength": 255}), "string, at most 255 characters"),
            (
                json!({"type": "integer", "minimum": 5, "maximum": 60, "default": 5}),
                "integer, 5 to 60, default 5",
            ),
            (
                json!({"type": "string", "enum": ["yes", "no"], "default": "no"}),
                "string, yes or no, default no",
            ),
            (json!({"type": ["string", "integer"]}), "string or integer"),
            (json!({"type": "array", "minItems": 1}), "array, at least 1 items"),
        ] {
            assert_eq!(value(&schema), told);
        }
    }
}
