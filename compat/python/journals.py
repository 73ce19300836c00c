"""What the gateway remembers of messages and calls, and chats that are read."""

from bench import answers, check, contains, holds, refused


def messages(talk):
    chat, journals = talk.other.chat, talk.api.journals
    came, _ = talk.comes("a text to find", "text", "textMessage", text="came")
    went, _ = talk.goes("a text to find", talk.api.sending.sendMessage(chat, "went"), "text",
                        "extendedTextMessage")
    talk.status(went, "delivered")
    incoming = {"type": "incoming", "idMessage": came, "chatId": chat, "senderId": chat,
                "senderName": talk.other.name, "typeMessage": "textMessage",
                "textMessage": "came"}
    outgoing = {"type": "outgoing", "idMessage": went, "chatId": chat, "sendByApi": True,
                "typeMessage": "extendedTextMessage", "textMessage": "went",
                "statusMessage": "delivered"}
    for what, message, expected in (("came", came, incoming), ("went", went, outgoing)):
        row = journals.getMessage(chat, message)
        holds(f"getMessage of what {what}", row.data, expected)
    refused("getMessage of nothing", journals.getMessage(chat, "0" * 20), 400, "not found")
    history = journals.getChatHistory(chat, 2)
    check("getChatHistory gives the newest first", history.code == 200
          and [row["idMessage"] for row in history.data] == [went, came], history.data)
    refused("getChatHistory of no rows", journals.getChatHistory(chat, 0), 400, "ount")
    everything = journals.getChatHistory(chat, 1000).data
    kinds = {row["typeMessage"] for row in everything}
    missing = {"imageMessage", "documentMessage", "pollMessage", "locationMessage",
               "contactMessage", "quotedMessage", "reactionMessage", "interactiveButtons"} - kinds
    check("getChatHistory has every kind", not missing, missing)
    picture = next((row for row in everything if row.get("caption") == "Door"), {})
    check("files are flat in it", picture.get("downloadUrl") and "fileMessageData" not in picture,
          picture)
    place = next((row for row in everything if row["typeMessage"] == "locationMessage"), {})
    holds("places are short in it", place, {"location": {"nameLocation": "Park"}})
    for what, ask, expected in (
        ("lastIncomingMessages", journals.lastIncomingMessages, incoming),
        ("lastOutgoingMessages", journals.lastOutgoingMessages, outgoing),
    ):
        for minutes in (None, 5):
            rows = ask(minutes)
            found = [row for row in rows.data or [] if contains(row, expected)]
            one_way = {row["type"] for row in rows.data or []} == {expected["type"]}
            check(f"{what} {minutes or ''}".rstrip(), len(found) == 1 and one_way, rows.data)


def reading(talk):
    one, _ = talk.comes("a text to read", "text", "textMessage", text="read me")
    answers("readChat of a message", talk.api.marking.readChat(talk.other.chat, one),
            {"setRead": True})
    holds("the sender sees it", talk.other.sees(one, "read"), {"status": "read"})
    two, _ = talk.comes("another one", "text", "textMessage", text="me too")
    answers("readChat", talk.api.marking.readChat(talk.other.chat), {"setRead": True})
    holds("the sender sees that", talk.other.sees(two, "read"), {"status": "read"})


def calls(talk):
    for phone, action, status in ((talk.other, "terminate", "hungUp"),
                                  (talk.owner, "accept", "pickUp"),
                                  (talk.owner, "reject", "declined")):
        call = talk.other.does(
            "calls", {"action": "offer", "to": talk.owner.chat, "video": True})["callId"]
        talk.told("a call", "incomingCall", idMessage=call, status="offer",
                  **{"from": talk.other.chat})
        phone.does("calls", {"action": action, "callId": call})
        talk.told(f"that it is {status}", "incomingCall", idMessage=call, status=status)
    rows = talk.api.journals.lastIncomingCalls(60)
    check("lastIncomingCalls", rows.code == 200 and sorted(row["status"] for row in rows.data)
          == ["declined", "hungUp", "pickUp"], rows.data)
    holds("its rows have their members", rows.data[0], {
        "type": "incoming", "typeMessage": "incomingCall", "chatId": talk.other.chat,
        "isVideo": True, "isGroup": False})
    answers("lastOutgoingCalls", talk.api.journals.lastOutgoingCalls(), [])


def run(talk):
    messages(talk)
    reading(talk)
    calls(talk)
