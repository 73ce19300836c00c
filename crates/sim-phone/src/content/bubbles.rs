//! Messages with buttons, and the answers to them.

use serde_json::{Map, Value, json};
use waproto::whatsapp as wa;
use waproto::whatsapp::hydrated_template_button::HydratedButton;
use waproto::whatsapp::message::buttons_message::Header;
use waproto::whatsapp::message::buttons_response_message::Response;
use waproto::whatsapp::message::interactive_message::InteractiveMessage as Interaction;
use waproto::whatsapp::message::interactive_response_message::InteractiveResponseMessage as Reply;
use waproto::whatsapp::message::template_message::Format;
use waproto::whatsapp::message::template_message::hydrated_four_row_template::Title;

use super::json::object;

type Described<'a> = (&'static str, Map<String, Value>, Option<&'a wa::ContextInfo>);

pub(super) fn describe_bubble(message: &wa::Message) -> Option<Described<'_>> {
    describe_question(message).or_else(|| describe_answer(message))
}

fn describe_question(message: &wa::Message) -> Option<Described<'_>> {
    if let Some(buttons) = message.buttons_message.as_option() {
        return Some(("buttons", buttons_fields(buttons), buttons.context_info.as_option()));
    }
    if let Some(list) = message.list_message.as_option() {
        return Some(("list", list_fields(list), list.context_info.as_option()));
    }
    if let Some(template) = message.template_message.as_option() {
        let hydrated = match (&template.format, template.hydrated_template.as_option()) {
            (Some(Format::HydratedFourRowTemplate(hydrated)), _) => Some(&**hydrated),
            (_, hydrated) => hydrated,
        };
        let fields = hydrated.map(template_fields).unwrap_or_default();
        return Some(("template", fields, template.context_info.as_option()));
    }
    let interactive = message.interactive_message.as_option()?;
    let fields = interactive_fields(interactive);
    Some(("interactive", fields, interactive.context_info.as_option()))
}

fn buttons_fields(message: &wa::message::ButtonsMessage) -> Map<String, Value> {
    let buttons = message.buttons.iter().map(|button| {
        let text = button.button_text.as_option().and_then(|text| text.display_text.clone());
        json!({ "id": button.button_id, "text": text })
    });
    let header = match &message.header {
        Some(Header::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    object(json!({
        "header": header,
        "text": message.content_text,
        "footer": message.footer_text,
        "buttons": buttons.collect::<Vec<_>>(),
    }))
}

fn list_fields(message: &wa::message::ListMessage) -> Map<String, Value> {
    let sections = message.sections.iter().map(|section| {
        let rows = section.rows.iter().map(
            |row| json!({ "id": row.row_id, "title": row.title, "description": row.description }),
        );
        json!({ "title": section.title, "rows": rows.collect::<Vec<_>>() })
    });
    object(json!({
        "title": message.title,
        "text": message.description,
        "footer": message.footer_text,
        "buttonText": message.button_text,
        "sections": sections.collect::<Vec<_>>(),
    }))
}

fn template_fields(
    template: &wa::message::template_message::HydratedFourRowTemplate,
) -> Map<String, Value> {
    let buttons = template.hydrated_buttons.iter().map(|button| {
        let mut fields = match &button.hydrated_button {
            Some(HydratedButton::QuickReplyButton(reply)) => {
                json!({ "type": "quickReply", "text": reply.display_text, "id": reply.id })
            }
            Some(HydratedButton::UrlButton(url)) => {
                json!({ "type": "url", "text": url.display_text, "url": url.url })
            }
            Some(HydratedButton::CallButton(call)) => json!({
                "type": "call",
                "text": call.display_text,
                "phoneNumber": call.phone_number,
            }),
            None => json!({}),
        };
        fields["index"] = button.index.into();
        object(fields)
    });
    let title = match &template.title {
        Some(Title::HydratedTitleText(text)) => Some(text.as_str()),
        _ => None,
    };
    object(json!({
        "title": title,
        "text": template.hydrated_content_text,
        "footer": template.hydrated_footer_text,
        "buttons": buttons.collect::<Vec<_>>(),
    }))
}

fn interactive_fields(message: &wa::message::InteractiveMessage) -> Map<String, Value> {
    let buttons = match &message.interactive_message {
        Some(Interaction::NativeFlowMessage(flow)) => flow
            .buttons
            .iter()
            .map(|button| json!({ "name": button.name, "params": button.button_params_json }))
            .collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    object(json!({
        "title": message.header.as_option().and_then(|header| header.title.clone()),
        "subtitle": message.header.as_option().and_then(|header| header.subtitle.clone()),
        "text": message.body.as_option().and_then(|body| body.text.clone()),
        "footer": message.footer.as_option().and_then(|footer| footer.text.clone()),
        "buttons": buttons,
    }))
}

fn describe_answer(message: &wa::Message) -> Option<Described<'_>> {
    if let Some(response) = message.buttons_response_message.as_option() {
        let text = match &response.response {
            Some(Response::SelectedDisplayText(text)) => Some(text.as_str()),
            _ => None,
        };
        let fields = json!({ "selectedId": response.selected_button_id, "text": text });
        return Some(("buttonsResponse", object(fields), response.context_info.as_option()));
    }
    if let Some(response) = message.list_response_message.as_option() {
        let selected = response.single_select_reply.as_option();
        let fields = json!({
            "selectedId": selected.and_then(|reply| reply.selected_row_id.clone()),
            "text": response.title,
            "description": response.description,
        });
        return Some(("listResponse", object(fields), response.context_info.as_option()));
    }
    if let Some(reply) = message.template_button_reply_message.as_option() {
        let fields = json!({
            "selectedId": reply.selected_id,
            "text": reply.selected_display_text,
            "selectedIndex": reply.selected_index,
        });
        return Some(("templateReply", object(fields), reply.context_info.as_option()));
    }
    let reply = message.interactive_response_message.as_option()?;
    let flow = reply.interactive_response_message.as_ref();
    let flow = flow.map(|Reply::NativeFlowResponseMessage(flow)| flow);
    let fields = json!({
        "text": reply.body.as_option().and_then(|body| body.text.clone()),
        "name": flow.and_then(|flow| flow.name.clone()),
        "params": flow.and_then(|flow| flow.params_json.clone()),
    });
    Some(("interactiveReply", object(fields), reply.context_info.as_option()))
}
