"""Every kind of message that comes: what the owner is told through the client."""

import threading

from bench import PATIENCE_SECONDS, check, download, holds, phone_api
from samples import PAPER, film, picture, voice

CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Cy\nEND:VCARD"


def texts(talk):
    message, data = talk.comes("a text", "text", "textMessage",
                               {"textMessageData": {"textMessage": "Is the shop open?"}},
                               text="Is the shop open?")
    check("it has nothing else", set(data) == {"typeMessage", "textMessageData"}, data)
    text = "See https://shop.example/hours"
    preview = {"url": "https://shop.example/hours", "title": "Shop", "description": "Hours"}
    talk.comes("a link", "text", "extendedTextMessage", {"extendedTextMessageData": {
        "text": text, "title": "Shop", "description": "Hours", "isForwarded": False}},
        text=text, preview=preview)
    talk.comes("an answer", "text", "quotedMessage", {
        "extendedTextMessageData": {"text": "yes", "stanzaId": message,
                                    "participant": talk.other.chat},
        "quotedMessage": {"stanzaId": message, "participant": talk.other.chat,
                          "typeMessage": "textMessage", "textMessage": "Is the shop open?"},
    }, text="yes", quotedId=message)
    talk.comes("a forwarded text", "text", "extendedTextMessage", {"extendedTextMessageData": {
        "text": "again", "forwardingScore": 2, "isForwarded": True}}, text="again", forwarded=2)


def files(talk):
    shop, sound, clip = picture(), voice(), film()
    cases = [
        ("a picture", "image", "imageMessage", shop, "image/png", {"caption": "Door"}),
        ("a picture to view once", "image", "imageMessage", shop, "image/png",
         {"caption": "Once", "viewOnce": True}),
        ("a video", "video", "videoMessage", clip, "video/mp4", {"caption": "Clip"}),
        ("a video note", "videoNote", "videoMessage", clip, "video/mp4", {"seconds": 1}),
        ("a sound", "audio", "audioMessage", sound, "audio/mpeg", {"seconds": 1}),
        ("a voice message", "voice", "audioMessage", sound, "audio/ogg; codecs=opus",
         {"seconds": 1}),
        ("a document", "document", "documentMessage", PAPER, "application/pdf",
         {"fileName": "Счёт 42.pdf", "caption": "Invoice"}),
        ("a sticker", "sticker", "stickerMessage", shop, "image/webp", {"animated": False}),
    ]
    for what, kind, told, content, mime_type, fields in cases:
        expected = {"mimeType": mime_type, "caption": fields.get("caption", "")}
        if "fileName" in fields:
            expected["fileName"] = fields["fileName"]
        message, data = talk.comes(what, kind, told, {"fileMessageData": expected},
                                   data=content, mimeType=mime_type, **fields)
        url = data.get("fileMessageData", {}).get("downloadUrl", "")
        check(f"{what} can be downloaded", url and download(url) == content, url)
        again = talk.api.receiving.downloadFile(talk.other.chat, message)
        check(f"{what} is found by downloadFile",
              again.code == 200 and download(again.data["downloadUrl"]) == content, again.error)


def places_and_contacts(talk):
    talk.comes("a place", "location", "locationMessage", {"locationMessageData": {
        "nameLocation": "Park", "address": "1 Example Road", "latitude": 12.5,
        "longitude": -45.25}}, latitude=12.5, longitude=-45.25, name="Park",
        address="1 Example Road")
    talk.comes("a contact", "contact", "contactMessage",
               {"contactMessageData": {"displayName": "Cy", "vcard": CARD}},
               displayName="Cy", vcard=CARD)
    cards = [{"displayName": "Cy", "vcard": CARD}, {"displayName": "Di", "vcard": CARD}]
    talk.comes("contacts", "contacts", "contactsArrayMessage",
               {"messageData": {"contacts": cards}}, contacts=cards)
    talk.comes("an invitation", "groupInvite", "groupInviteMessage", {"groupInviteMessageData": {
        "groupJid": "120363000000000001@g.us", "inviteCode": "Code", "groupName": "Weekend",
        "inviteExpiration": "1900000000"}}, groupId="120363000000000001@g.us", inviteCode="Code",
        groupName="Weekend", inviteExpiration=1900000000)


def polls(talk):
    poll, _ = talk.comes("a poll", "poll", "pollMessage", {"pollMessageData": {
        "name": "Drinks?", "options": [{"optionName": "Tea"}, {"optionName": "Coffee"}],
        "multipleAnswers": False}}, name="Drinks?", options=["Tea", "Coffee"])
    for what, choice, voters in (("a vote", ["Tea"], [talk.other.chat]),
                                 ("a vote taken back", [], [])):
        talk.comes(what, "pollVote", "pollUpdateMessage", {"pollMessageData": {
            "stanzaId": poll, "votes": [{"optionName": "Tea", "optionVoters": voters},
                                        {"optionName": "Coffee", "optionVoters": []}]}},
            targetId=poll, options=choice)


def changes(talk):
    target, _ = talk.comes("a text to change", "text", "textMessage", text="one")
    for what, text in (("a reaction", "👍"), ("a reaction taken back", "")):
        talk.comes(what, "reaction", "reactionMessage", {
            "extendedTextMessageData": {"text": text},
            "quotedMessage": {"stanzaId": target, "participant": talk.other.chat}},
            targetId=target, text=text)
    talk.comes("an edit", "edit", "editedMessage",
               {"editedMessageData": {"textMessage": "two", "stanzaId": target}},
               targetId=target, text="two")
    talk.comes("a deletion", "delete", "deletedMessage",
               {"deletedMessageData": {"stanzaId": target}}, targetId=target)


def buttons(talk):
    talk.comes("a message with buttons", "buttons", "buttonsMessage", {"buttonsMessage": {
        "contentText": "Pick", "footer": "Thanks",
        "buttons": [{"buttonId": "1", "buttonText": "Green"}]}},
        text="Pick", footer="Thanks", buttons=[{"id": "1", "text": "Green"}])
    talk.comes("a list", "list", "listMessage", {"listMessage": {
        "contentText": "Choose", "title": "Slots", "buttonText": "Open",
        "sections": [{"title": "Morning", "rows": [{"title": "09:00", "rowId": "s1"}]}]}},
        text="Choose", title="Slots", buttonText="Open",
        sections=[{"title": "Morning", "rows": [{"id": "s1", "title": "09:00"}]}])
    talk.comes("a template", "template", "templateMessage", {"templateMessage": {
        "contentText": "Ready", "titleText": "Order", "buttons": [
            {"index": 1, "quickReplyButton": {"displayText": "Thanks", "id": "ok"}}]}},
        text="Ready", title="Order",
        buttons=[{"type": "quickReply", "text": "Thanks", "id": "ok"}])
    params = '{"display_text": "Track", "url": "https://shop.example"}'
    talk.comes("interactive buttons", "interactive", "interactiveButtons", {
        "interactiveButtons": {"titleText": "Order", "contentText": "Ready"}},
        text="Ready", title="Order", buttons=[{"name": "cta_url", "params": params}])


def group(talk):
    made = phone_api(f"/{talk.other.number}/groups",
                     {"subject": "Weekend plans", "participants": [talk.owner.number]})
    chat = made["chatId"]
    message = talk.other.sends(chat, "text", text="Saturday?")
    talk.told("a text in a group", "incomingMessageReceived", idMessage=message, senderData={
        "chatId": chat, "chatName": "Weekend plans", "sender": talk.other.chat})
    answer = talk.api.sending.sendMessage(chat, "Yes", quotedMessageId=message)
    holds("an answer in the group arrives", talk.other.sees(answer.data["idMessage"]),
          {"chatId": chat, "text": "Yes", "from": talk.owner.chat, "quoted": {"id": message}})


def own_phone(talk):
    message = talk.owner.sends(talk.other.chat, "text", text="from the phone")
    talk.told("what the owner sends from the phone", "outgoingMessageReceived",
              idMessage=message, senderData={"chatId": talk.other.chat,
                                             "sender": talk.owner.chat},
              messageData={"typeMessage": "textMessage",
                           "textMessageData": {"textMessage": "from the phone"}})


def callback(talk):
    """The client's own loop, which polls and deletes."""
    heard, webhooks = [], talk.api.webhooks

    def on_event(kind, body):
        heard.append(body)
        if body.get("idMessage") == last:
            webhooks.stopReceivingNotifications()

    ids = [talk.other.sends(talk.owner.chat, "text", text=f"loop {n}") for n in range(5)]
    last = ids[-1]
    loop = threading.Thread(target=webhooks.startReceivingNotifications, args=(on_event,),
                            daemon=True)
    loop.start()
    loop.join(PATIENCE_SECONDS)
    check("startReceivingNotifications ends when it is told to", not loop.is_alive())
    got = [body["idMessage"] for body in heard if body.get("idMessage") in ids]
    check("its callback gets every message once and in order", got == ids, got)
    talk.log += heard


def run(talk):
    texts(talk)
    files(talk)
    places_and_contacts(talk)
    polls(talk)
    changes(talk)
    buttons(talk)
    group(talk)
    own_phone(talk)
    callback(talk)
