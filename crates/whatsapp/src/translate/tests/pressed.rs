//! Messages with buttons and lists, and what people press in them.

use serde_json::{Value, json};
use siskin_fleet::port::Parts;
use siskin_model::message::{
    Button, Buttons, Command, Direction, InteractiveAction, InteractiveButton, InteractiveButtons,
    InteractiveButtonsReply, List, Row, Section, Template, TemplateAction, TemplateButton,
};
use waproto::whatsapp as wa;

use super::super::testing::*;

/// What is told of a message that was sent, and of the same one when it comes in.
fn both_ways(command: Command) -> (Value, Value) {
    let (message, body) = sent(command, &Parts::default());
    (message_data(body, Direction::Api), incoming_data(&message))
}

#[test]
fn plain_buttons_come_out_as_they_were_sent() {
    let button =
        |id: &str, text: &str| Button { button_id: id.to_owned(), button_text: text.to_owned() };
    let (outgoing, incoming) = both_ways(Command::Buttons(Buttons {
        content_text: "Pick a colour".to_owned(),
        footer: "Thanks".to_owned(),
        buttons: vec![button("1", "Green"), button("2", "Blue")],
    }));
    let expected = json!({
        "typeMessage": "buttonsMessage",
        "buttonsMessage": {
            "contentText": "Pick a colour",
            "footer": "Thanks",
            "buttons": [
                { "buttonId": "1", "buttonText": "Green" },
                { "buttonId": "2", "buttonText": "Blue" },
            ],
            "forwardingScore": 0,
            "isForwarded": false,
        },
    });
    assert_eq!((&outgoing, &incoming), (&expected, &expected));
}

#[test]
fn a_list_comes_out_as_it_was_sent() {
    let row = |title: &str, id: &str, hint: Option<&str>| Row {
        title: title.to_owned(),
        row_id: id.to_owned(),
        description: hint.map(str::to_owned),
    };
    let (outgoing, incoming) = both_ways(Command::List(List {
        content_text: "Choose a slot".to_owned(),
        title: "Slots".to_owned(),
        footer: "Today".to_owned(),
        button_text: "Open".to_owned(),
        sections: vec![Section {
            title: "Morning".to_owned(),
            rows: vec![row("09:00", "s1", None), row("10:00", "s2", Some("last one"))],
        }],
    }));
    let expected = json!({
        "typeMessage": "listMessage",
        "listMessage": {
            "contentText": "Choose a slot",
            "title": "Slots",
            "footer": "Today",
            "buttonText": "Open",
            "sections": [{
                "title": "Morning",
                "rows": [
                    { "title": "09:00", "rowId": "s1" },
                    { "title": "10:00", "rowId": "s2", "description": "last one" },
                ],
            }],
            "forwardingScore": 0,
            "isForwarded": false,
        },
    });
    assert_eq!((&outgoing, &incoming), (&expected, &expected));
}

#[test]
fn a_template_comes_out_as_it_was_sent() {
    let text = str::to_owned;
    let url = TemplateAction::UrlButton {
        display_text: text("Track"),
        url: text("https://shop.example/t/1"),
    };
    let call = TemplateAction::CallButton {
        display_text: text("Call"),
        phone_number: text("+15550100009"),
    };
    let reply = TemplateAction::QuickReplyButton { display_text: text("Thanks"), id: text("ok") };
    let (outgoing, incoming) = both_ways(Command::Template(Template {
        namespace: String::new(),
        element_name: String::new(),
        content_text: text("Your order is ready"),
        title_text: text("Order"),
        footer: text("Example Shop"),
        buttons: vec![
            TemplateButton { index: 1, action: url },
            TemplateButton { index: 2, action: call },
            TemplateButton { index: 3, action: reply },
        ],
    }));
    let expected = json!({
        "typeMessage": "templateMessage",
        "templateMessage": {
            "namespace": "",
            "elementName": "",
            "contentText": "Your order is ready",
            "titleText": "Order",
            "footer": "Example Shop",
            "buttons": [
                { "index": 1,
                  "urlButton": { "displayText": "Track", "url": "https://shop.example/t/1" } },
                { "index": 2,
                  "callButton": { "displayText": "Call", "phoneNumber": "+15550100009" } },
                { "index": 3, "quickReplyButton": { "displayText": "Thanks", "id": "ok" } },
            ],
            "forwardingScore": 0,
            "isForwarded": false,
        },
    });
    assert_eq!((&outgoing, &incoming), (&expected, &expected));
}

fn interactive(action: InteractiveAction, id: &str, text: &str) -> InteractiveButton {
    InteractiveButton { action, button_id: id.to_owned(), button_text: text.to_owned() }
}

#[test]
fn interactive_buttons_come_out_as_they_were_sent() {
    let url = InteractiveAction::Url { url: "https://shop.example/t/1".to_owned() };
    let call = InteractiveAction::Call { phone_number: "15550100009".to_owned() };
    let copy = InteractiveAction::Copy { copy_code: "EX-42".to_owned() };
    let (outgoing, incoming) = both_ways(Command::InteractiveButtons(InteractiveButtons {
        title_text: "Order".to_owned(),
        content_text: "Your order is ready".to_owned(),
        footer_text: "Example Shop".to_owned(),
        buttons: vec![
            interactive(url, "1", "Track"),
            interactive(call, "2", "Call"),
            interactive(copy, "3", "Copy code"),
        ],
    }));
    let expected = json!({
        "typeMessage": "interactiveButtons",
        "interactiveButtons": {
            "titleText": "Order",
            "contentText": "Your order is ready",
            "footerText": "Example Shop",
            "buttons": [
                { "type": "url", "buttonId": "1", "buttonText": "Track",
                  "url": "https://shop.example/t/1" },
                { "type": "call", "buttonId": "2", "buttonText": "Call",
                  "phoneNumber": "15550100009" },
                { "type": "copy", "buttonId": "3", "buttonText": "Copy code",
                  "copyCode": "EX-42" },
            ],
        },
    });
    assert_eq!((&outgoing, &incoming), (&expected, &expected));
}

#[test]
fn buttons_that_answer_have_another_member_in_each_direction() {
    let (outgoing, incoming) =
        both_ways(Command::InteractiveButtonsReply(InteractiveButtonsReply {
            title_text: "Rate us".to_owned(),
            content_text: "How was it?".to_owned(),
            footer_text: "Example Shop".to_owned(),
            buttons: vec![
                interactive(InteractiveAction::Reply, "1", "Good"),
                interactive(InteractiveAction::Reply, "2", "Bad"),
            ],
        }));
    let data = json!({
        "titleText": "Rate us",
        "contentText": "How was it?",
        "footerText": "Example Shop",
        "buttons": [
            { "type": "reply", "buttonId": "1", "buttonText": "Good" },
            { "type": "reply", "buttonId": "2", "buttonText": "Bad" },
        ],
    });
    let kind = "interactiveButtonsReply";
    assert_eq!(outgoing, json!({ "typeMessage": kind, "interactiveButtons": data }));
    assert_eq!(incoming, json!({ "typeMessage": kind, "interactiveButtonsReply": data }));
}

fn answer() -> buffa::MessageField<wa::ContextInfo> {
    field(wa::ContextInfo {
        stanza_id: some("BAE5000000000001"),
        participant: some("15550100001@s.whatsapp.net"),
        quoted_message: field(wa::Message { conversation: some("Pick"), ..Default::default() }),
        ..Default::default()
    })
}

#[test]
fn a_pressed_button_names_its_message() {
    use wa::message::buttons_response_message::Response;
    let response = wa::message::ButtonsResponseMessage {
        selected_button_id: some("1"),
        context_info: answer(),
        response: Some(Response::SelectedDisplayText("Green".to_owned())),
        ..Default::default()
    };
    let message = wa::Message { buttons_response_message: field(response), ..Default::default() };
    let expected = json!({
        "typeMessage": "buttonsResponseMessage",
        "buttonsResponseMessage": {
            "stanzaId": "BAE5000000000001",
            "selectedButtonId": "1",
            "selectedButtonText": "Green",
        },
    });
    assert_eq!(incoming_data(&message), expected);
}

#[test]
fn a_chosen_row_names_its_list() {
    use wa::message::list_response_message::{ListType, SingleSelectReply};
    let response = wa::message::ListResponseMessage {
        title: some("10:00"),
        list_type: Some(ListType::SingleSelect),
        single_select_reply: field(SingleSelectReply { selected_row_id: some("s2") }),
        context_info: answer(),
        ..Default::default()
    };
    let message = wa::Message { list_response_message: field(response), ..Default::default() };
    let expected = json!({
        "typeMessage": "listResponseMessage",
        "listResponseMessage": {
            "stanzaId": "BAE5000000000001",
            "title": "10:00",
            "listType": 1,
            "singleSelectReply": "s2",
        },
    });
    assert_eq!(incoming_data(&message), expected);
}

#[test]
fn an_answer_to_a_template_names_it() {
    let reply = wa::message::TemplateButtonReplyMessage {
        selected_id: some("ok"),
        selected_display_text: some("Thanks"),
        selected_index: Some(3),
        context_info: answer(),
        ..Default::default()
    };
    let message = wa::Message { template_button_reply_message: field(reply), ..Default::default() };
    let expected = json!({
        "typeMessage": "templateButtonsReplyMessage",
        "templateButtonReplyMessage": {
            "stanzaId": "BAE5000000000001",
            "selectedIndex": 3,
            "selectedId": "ok",
            "selectedDisplayText": "Thanks",
        },
    });
    assert_eq!(incoming_data(&message), expected);
}

#[test]
fn an_answer_to_an_interactive_message_is_told_likewise() {
    use wa::message::interactive_response_message::{
        Body, InteractiveResponseMessage, NativeFlowResponseMessage,
    };
    let flow = NativeFlowResponseMessage {
        name: some("quick_reply"),
        params_json: some(r#"{"id":"1","display_text":"Good"}"#),
        ..Default::default()
    };
    let response = wa::message::InteractiveResponseMessage {
        body: field(Body { text: some("Good"), ..Default::default() }),
        context_info: answer(),
        interactive_response_message: Some(InteractiveResponseMessage::NativeFlowResponseMessage(
            Box::new(flow),
        )),
    };
    let message =
        wa::Message { interactive_response_message: field(response), ..Default::default() };
    let data = &incoming_data(&message)["templateButtonReplyMessage"];
    assert_eq!(data["selectedId"], "1");
    assert_eq!(data["selectedDisplayText"], "Good");
    assert_eq!(data["stanzaId"], "BAE5000000000001");
}
