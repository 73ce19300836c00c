"""Every kind of message that the client can send: what arrives, and what its owner is told."""

import asyncio
import base64
import pathlib
import tempfile

from bench import answers, check, download, holds, refused, until
from pages import FILES, served
from samples import PAPER, film, picture, voice


def texts(talk):
    send, chat = talk.api.sending.sendMessage, talk.other.chat
    message, _ = talk.goes("a text", send(chat, "Yes, until six. ✓"), "text",
                           "extendedTextMessage", text="Yes, until six. ✓")
    talk.status(message, "sent")
    talk.status(message, "delivered")
    talk.other.does("read", {"chatId": talk.owner.chat, "id": message})
    talk.status(message, "read")
    question, _ = talk.comes("a question", "text", "textMessage", text="Blue?")
    talk.goes("a text that quotes", send(chat, "Yes", quotedMessageId=question), "text",
              "quotedMessage", text="Yes", quoted={"id": question, "text": "Blue?"})
    talk.goes("a text after typing", send(chat, "typed", typingTime=1000, archiveChat=True),
              "text", "extendedTextMessage", text="typed")
    response = asyncio.run(talk.api.sending.sendMessageAsync(chat, "async"))
    talk.goes("a text of the async client", response, "text", "extendedTextMessage", text="async")
    nobody = send("15559999999@c.us", "anybody?")
    talk.told("that a number has no account", "outgoingMessageStatus",
              idMessage=nobody.data["idMessage"], status="noAccount")
    refused("a text that is too long", send(chat, "x" * 20001), 400,
            "'message' length must be less than or equal to 20000 characters long")
    refused("a chat id that is none", send("somebody", "x"), 400, "'chatId' must be one of")


def links(talk, address):
    send, chat = talk.api.sending, talk.other.chat
    page = f"{address}/hours"
    text = f"See {page}."
    preview = {"title": "Example Shop", "description": "Open until six"}
    for what, options in (("a link", {}), ("a link with a large preview", {
            "linkPreview": True, "typePreview": "large"})):
        talk.goes(what, send.sendMessage(chat, text, **options), "text", "extendedTextMessage",
                  text=text, preview=preview)
    _, row = talk.goes("a link without a preview",
                       send.sendMessage(chat, text, linkPreview=False), "text",
                       "extendedTextMessage", text=text)
    check("it has no preview", "preview" not in row, row)
    own = {"title": "Hours", "description": "Mine", "link": "https://shop.example/hours"}
    thumbnail = base64.b64encode(picture()).decode()
    for what, image in (("an address", {"urlFile": f"{address}/shop.png"}),
                        ("bytes", {"jpegThumbnail": thumbnail})):
        response = send.sendMessage(chat, text, typePreview="small", customPreview={**own, **image})
        _, row = talk.goes(f"a preview of its own with the {what} of a picture", response, "text",
                           "extendedTextMessage", preview={"title": "Hours", "description": "Mine"})
        check("its picture is there", row.get("preview", {}).get("thumbnail"), row)
    talk.goes("sendLink", send.sendLink(chat, page), "text", "extendedTextMessage", text=page,
              preview=preview)
    response = send.sendFileByUrl(chat, f"{address}/shop.png", "shop.png", "from elsewhere")
    message, _ = talk.goes("a picture of another server", response, "image", "imageMessage",
                           caption="from elsewhere", width=640, height=480)
    check("it can be read by the phone", talk.other.file(message) == FILES["/shop.png"][1])


def polls(talk):
    options = [{"optionName": "Tea"}, {"optionName": "Coffee"}]
    response = talk.api.sending.sendPoll(talk.other.chat, "Drinks?", options, multipleAnswers=True)
    poll, _ = talk.goes("a poll", response, "poll", "pollMessage", name="Drinks?",
                        options=["Tea", "Coffee"], multipleAnswers=True)
    talk.comes("a vote", "pollVote", "pollUpdateMessage", {"pollMessageData": {
        "stanzaId": poll, "name": "Drinks?", "multipleAnswers": True, "votes": [
            {"optionName": "Tea", "optionVoters": []},
            {"optionName": "Coffee", "optionVoters": [talk.other.chat]},
        ]}}, targetId=poll, options=["Coffee"])


def files(talk, folder):
    send, chat = talk.api.sending, talk.other.chat
    shop = picture(640, 480)
    cases = [
        ("a picture", "shop.png", shop, "image", "imageMessage",
         {"caption": "Our shop", "mimeType": "image/png", "width": 640, "height": 480}),
        ("a document", "Прайс 42.pdf", PAPER, "document", "documentMessage",
         {"caption": "Prices", "mimeType": "application/pdf", "fileName": "Прайс 42.pdf"}),
        ("a video", "clip.mp4", film(), "video", "videoMessage",
         {"caption": "Clip", "mimeType": "video/mp4", "width": 640, "height": 360}),
        ("a voice message", "voice.ogg", voice(), "voice", "audioMessage",
         {"mimeType": "audio/ogg; codecs=opus", "seconds": 1}),
        ("a sound", "song.mp3", b"ID3\4 and no more", "audio", "audioMessage",
         {"mimeType": "audio/mpeg"}),
    ]
    for what, name, content, kind, told, seen in cases:
        path = folder / name
        path.write_bytes(content)
        response = send.sendFileByUpload(chat, str(path), name, seen.get("caption"))
        message, _ = talk.goes(what, response, kind, told, **seen)
        check(f"{what} can be read by the phone", talk.other.file(message) == content)
        check(f"{what} is at its urlFile", download(response.data["urlFile"]) == content,
              response.data)
        link = talk.api.receiving.downloadFile(chat, message)
        check(f"{what} is found by downloadFile",
              link.code == 200 and download(link.data["downloadUrl"]) == content, link.error)
    path = folder / "shop.png"
    response = asyncio.run(send.sendFileByUploadAsync(chat, str(path), caption="async"))
    talk.goes("a picture of the async client", response, "image", "imageMessage", caption="async")
    uploaded = send.uploadFile(str(path))
    check("uploadFile", uploaded.code == 200 and download(uploaded.data["urlFile"]) == shop,
          uploaded.error)
    response = send.sendFileByUrl(chat, uploaded.data["urlFile"], "dot.png", "dot")
    message, _ = talk.goes("a picture by its address", response, "image", "imageMessage",
                           caption="dot", mimeType="image/png")
    check("it can be read by the phone", talk.other.file(message) == shop)
    refused("sendFileByUrl without a name",
            send.sendFileByUrl(chat, uploaded.data["urlFile"], ""), 400, "'fileName'")


def places_and_contacts(talk):
    send, chat = talk.api.sending, talk.other.chat
    talk.goes("a place", send.sendLocation(chat, 12.5, -45.25, "Park", "1 Example Road"),
              "location", "locationMessage", latitude=12.5, longitude=-45.25, name="Park",
              address="1 Example Road")
    contact = {"phoneContact": 15550100004, "firstName": "Cy", "lastName": "Example"}
    _, row = talk.goes("a contact", send.sendContact(chat, contact), "contact", "contactMessage",
                       displayName="Cy Example")
    check("its card has the number", "waid=15550100004:" in row.get("vcard", ""), row)


def forwarding(talk):
    chat = talk.other.chat
    text, _ = talk.comes("a text to forward", "text", "textMessage", text="one")
    image, _ = talk.comes("a picture to forward", "image", "imageMessage", data=picture(),
                          mimeType="image/png")
    response = talk.api.sending.forwardMessages(chat, chat, [text, image])
    check("forwardMessages gives as many ids", response.code == 200
          and len(response.data["messages"]) == 2, response.error)
    first, second = response.data["messages"]
    holds("a text is forwarded", talk.other.sees(first), {"text": "one", "forwarded": True})
    holds("a picture is forwarded", talk.other.sees(second), {"kind": "image", "forwarded": True})
    check("the forwarded picture can be read", talk.other.file(second) == picture())


def buttons(talk):
    send, chat = talk.api.sending, talk.other.chat
    response = send.sendInteractiveButtons(chat, "Ready", [
        {"type": "url", "buttonId": "1", "buttonText": "Track", "url": "https://shop.example"},
        {"type": "call", "buttonId": "2", "buttonText": "Call", "phoneNumber": "15550100009"},
        {"type": "copy", "buttonId": "3", "buttonText": "Copy", "copyCode": "EX-42"},
    ], header="Order", footer="Shop")
    _, row = talk.goes("a message with interactive buttons", response, "interactive",
                       "interactiveButtons", text="Ready", title="Order", footer="Shop")
    names = [button["name"] for button in row.get("buttons", [])]
    check("its buttons are there", names == ["cta_url", "cta_call", "cta_copy"], names)
    response = send.sendInteractiveButtonsReply(chat, "How was it?", [
        {"buttonId": "1", "buttonText": "Good"}, {"buttonId": "2", "buttonText": "Bad"}])
    message, _ = talk.goes("a message with reply buttons", response, "interactive",
                           "interactiveButtonsReply", text="How was it?")
    talk.comes("a reply button that was pressed", "interactiveReply",
               "templateButtonsReplyMessage", {"templateButtonReplyMessage": {
                   "stanzaId": message, "selectedId": "1", "selectedDisplayText": "Good"}},
               quotedId=message, text="Good", name="quick_reply",
               params='{"id": "1", "display_text": "Good"}')


def old_buttons(talk):
    send, chat = talk.api.sending, talk.other.chat
    response = send.sendButtons(chat, "Pick", [{"buttonId": 1, "buttonText": "Green"}], "Thanks")
    message, _ = talk.goes("a message with buttons", response, "buttons", "buttonsMessage",
                           text="Pick", footer="Thanks", buttons=[{"id": "1", "text": "Green"}])
    talk.comes("a button that was pressed", "buttonsResponse", "buttonsResponseMessage",
               {"buttonsResponseMessage": {"stanzaId": message, "selectedButtonId": "1",
                                           "selectedButtonText": "Green"}},
               quotedId=message, selectedId="1", text="Green")
    response = send.sendTemplateButtons(chat, "Ready", [
        {"index": 1, "urlButton": {"displayText": "Track", "url": "https://shop.example"}},
        {"index": 2, "callButton": {"displayText": "Call", "phoneNumber": "15550100009"}},
        {"index": 3, "quickReplyButton": {"displayText": "Thanks", "id": "ok"}}], "Shop")
    message, _ = talk.goes("a template", response, "template", "templateMessage", text="Ready",
                           footer="Shop")
    talk.comes("a template button that was pressed", "templateReply",
               "templateButtonsReplyMessage", {"templateButtonReplyMessage": {
                   "stanzaId": message, "selectedIndex": 3, "selectedId": "ok",
                   "selectedDisplayText": "Thanks"}},
               quotedId=message, selectedId="ok", selectedIndex=3, text="Thanks")
    response = send.sendListMessage(chat, "Choose", "Open", [
        {"title": "Morning", "rows": [{"rowId": "s1", "title": "10:00", "description": "last"}]},
    ], "Slots", "Today")
    message, _ = talk.goes("a list", response, "list", "listMessage", text="Choose",
                           title="Slots", buttonText="Open")
    talk.comes("a row that was chosen", "listResponse", "listResponseMessage",
               {"listResponseMessage": {"stanzaId": message, "title": "10:00", "listType": 1,
                                        "singleSelectReply": "s1"}},
               quotedId=message, selectedId="s1", text="10:00")


def changes(talk):
    service, chat = talk.api.serviceMethods, talk.other.chat
    message, _ = talk.goes("a text to change", talk.api.sending.sendMessage(chat, "until six"),
                           "text", "extendedTextMessage")
    edit = service.editMessage(chat, message, "until seven")
    check("editMessage has an id of its own", edit.code == 200
          and edit.data["idMessage"] != message, edit.error)
    talk.other.sees(edit.data["idMessage"])
    holds("the phone shows the new text", talk.other.sees(message),
          {"text": "until seven", "edited": True})
    talk.told("the edit", "outgoingAPIMessageReceived", idMessage=edit.data["idMessage"],
              messageData={"typeMessage": "editedMessage", "editedMessageData": {
                  "textMessage": "until seven", "stanzaId": message}})
    # The client makes "[]" of an empty answer.
    answers("deleteMessage", service.deleteMessage(chat, message), "[]")
    told = talk.told("the deletion", "outgoingAPIMessageReceived", messageData={
        "typeMessage": "deletedMessage", "deletedMessageData": {"stanzaId": message}})
    talk.other.sees(told["idMessage"])
    holds("the phone shows no text any more", talk.other.sees(message), {"deleted": True})
    kept, _ = talk.goes("a text to delete here", talk.api.sending.sendMessage(chat, "kept"),
                        "text", "extendedTextMessage")
    answers("deleteMessage for the sender", service.deleteMessage(chat, kept, True), "[]")
    check("the other one keeps it", "deleted" not in talk.other.sees(kept))


def typing(talk):
    def seen():
        rows = [row for row in talk.other.chats() if row["chatId"] == talk.owner.chat]
        return rows[0]["typingSeen"] if rows else 0
    for kind in (None, "recording"):
        before = seen()
        answers(f"sendTyping {kind or ''}".rstrip(),
                talk.api.serviceMethods.sendTyping(talk.other.chat, 1000, kind), "[]")
        until("the phone sees it", seen, lambda count, before=before: count > before)


def run(talk):
    texts(talk)
    with served() as address:
        links(talk, address)
    polls(talk)
    with tempfile.TemporaryDirectory() as folder:
        files(talk, pathlib.Path(folder))
    places_and_contacts(talk)
    forwarding(talk)
    buttons(talk)
    old_buttons(talk)
    changes(talk)
    typing(talk)
