"""The vendor's Go libraries: a bot of the chatbot library, on top of the client of its second
edition (over fasthttp), and the client of the first edition (over net/http)."""

import json

from bench import MEDIA_URL, PARTNER_TOKEN, check, holds
from samples import picture
from wire import ADDRESS, accepted, exchange, form

BOUNDARY = "c2f7a9a1b3b04d1f8e6c5d7a9b0c1d2e3f405162738495a6b7c8d9e0f101"


def written(value):
    """JSON as Go writes it: without spaces, and with what HTML reads as escapes."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode()


class Second:
    """The second edition. It names JSON as what it sends whatever it sends, with GET too."""

    def __init__(self, api):
        self.api = api

    def call(self, verb, method, body=None, more="", kind="application/json", headers=()):
        path = f"/waInstance{self.api.idInstance}/{method}/{self.api.apiTokenInstance}{more}"
        head = [f"{verb} {path} HTTP/1.1", "User-Agent: green-api-go-client",
                f"Host: {ADDRESS.netloc}", f"Content-Type: {kind}"]
        if body is not None or verb != "GET":
            head.append(f"Content-Length: {len(body or b'')}")
        return exchange([*head, *headers], body or b"")

    def post(self, method, body):
        return self.call("POST", method, written(body))

    def receive(self, timeout=None):
        asked = {} if timeout is None else {"receiveTimeout": timeout}
        more = "" if timeout is None else f"?receiveTimeout={timeout}"
        return self.call("GET", "receiveNotification", written(asked), more)

    def delete(self, receipt):
        return self.call("DELETE", "deleteNotification", more=f"/{receipt}")


def bot(api, phone, chat):
    """Drains the queue as a bot does when it starts, and answers what comes."""
    go = Second(api)
    drained = 0
    while (received := accepted("the drain asks for two seconds", go.receive(2))) is not None:
        accepted("the drain deletes", go.delete(received["receiptId"]),
                 {"result": True, "reason": ""})
        drained += 1
    check("there was something to drain", drained > 0, drained)
    asked = phone.sends(chat, "text", text="Tom & Jerry?")
    received = accepted("the bot receives", go.receive())
    body = received["body"]
    holds("it is the question", body, {"idMessage": asked,
                                       "typeWebhook": "incomingMessageReceived"})
    answered(go, phone, body["senderData"]["chatId"], asked)
    accepted("the bot deletes", go.delete(received["receiptId"]), {"result": True, "reason": ""})


def answered(go, phone, to, quoted):
    quote = {"quotedMessageId": quoted}
    file = {"urlFile": stored(go), "fileName": "red.png", "caption": "<3"}
    for method, body, shown in (
        ("sendMessage", {"chatId": to, "message": "Tom & <Jerry>", **quote, "linkPreview": True},
         {"text": "Tom & <Jerry>", "quoted": {"id": quoted}}),
        ("sendMessage", {"chatId": to, "message": "no preview", "linkPreview": False},
         {"text": "no preview"}),
        ("sendPoll", {"chatId": to, "message": "Drinks?", "options": [
            {"optionName": "Tea"}, {"optionName": "Coffee"}], "multipleAnswers": False, **quote},
         {"kind": "poll", "options": ["Tea", "Coffee"]}),
        ("sendFileByUrl", {"chatId": to, **file, **quote}, {"kind": "image", "caption": "<3"}),
        ("sendLocation", {"chatId": to, "nameLocation": "Park", "latitude": 12.345679,
                          "longitude": -45.25, **quote}, {"kind": "location"}),
        ("sendContact", {"chatId": to, "contact": {
            "phoneContact": 15550100004, "firstName": "Cy"}, **quote}, {"kind": "contact"}),
    ):
        sent = accepted(f"the bot calls {method}", go.post(method, body))
        holds(f"{method} arrives", phone.sees(sent.get("idMessage", "")), shown)
    uploads(go, phone, to, quote)


def uploads(go, phone, to, quote):
    head = ['Content-Disposition: form-data; name="file"; filename="red.png"',
            "Content-Type: image/png"]
    fields = {"caption": "Red", "chatId": to, "fileName": "red.png", **quote}
    body = form(BOUNDARY, fields.items(), head, picture())
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    sent = accepted("the bot uploads a file", go.call("POST", "sendFileByUpload", body, kind=kind))
    holds("the file arrives", phone.sees(sent.get("idMessage", "")),
          {"kind": "image", "caption": "Red"})


def stored(go):
    """A file to be sent by its address; fasthttp has an opinion on how headers are written."""
    answer = go.call("POST", "uploadFile", picture(), kind="image/png",
                     headers=["Ga-Filename: red.png"])
    url = accepted("a file is stored", answer).get("urlFile", "")
    check("it has an address", url.startswith(MEDIA_URL) and url.endswith("/red.png"), url)
    return url


def client(api, chat):
    """What else the second edition asks, options left out and given."""
    go = Second(api)
    for method, body, more in (
        ("getSettings", None, ""),
        ("getStateInstance", None, ""),
        ("lastIncomingMessages", {}, ""),
        ("lastOutgoingMessages", {"minutes": 5}, "?minutes=5"),
        ("showMessagesQueue", None, ""),
    ):
        body = None if body is None else written(body)
        accepted(f"the client asks {method}", go.call("GET", method, body, more))
    accepted("the client asks getChatHistory", go.post("getChatHistory", {"chatId": chat}))
    accepted("the client changes settings", go.post("setSettings", {
        "delaySendMessagesMilliseconds": 1000, "outgoingWebhook": "yes", "deviceWebhook": "no"}),
        {"saveSettings": True})


def first_edition(api, phone):
    """Members in alphabetical order, and a file that is named by its whole path."""
    def head(verb, method, kind, size):
        path = f"/waInstance{api.idInstance}/{method}/{api.apiTokenInstance}"
        return [f"{verb} {path} HTTP/1.1", f"Host: {ADDRESS.netloc}",
                "User-Agent: Go-http-client/1.1", f"Content-Length: {size}",
                f"Content-Type: {kind}", "Accept-Encoding: gzip"]

    body = written({"chatId": phone.chat, "message": "first edition"})
    sent = accepted("the first edition sends",
                    exchange(head("POST", "sendMessage", "application/json", len(body)), body))
    holds("it arrives", phone.sees(sent.get("idMessage", "")), {"text": "first edition"})
    file = ['Content-Disposition: form-data; name="file"; filename="files/shop/red.png"',
            "Content-Type: application/octet-stream"]
    body = form(BOUNDARY, [("chatId", phone.chat)], file, picture())
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    sent = accepted("the first edition uploads",
                    exchange(head("POST", "sendFileByUpload", kind, len(body)), body))
    holds("the file arrives", phone.sees(sent.get("idMessage", "")), {"kind": "image"})


def partner():
    """Both editions tell a wrong token by the exact body."""
    for program, token, shown in (
        ("Go-http-client/1.1", "wrong", b'{"code":401,"description":"Unauthorized"}'),
        ("green-api-go-client shop@example.com", PARTNER_TOKEN, None),
    ):
        answer = exchange([f"GET /partner/getInstances/{token} HTTP/1.1",
                           f"User-Agent: {program}", f"Host: {ADDRESS.netloc}",
                           "Content-Type: application/json", "Accept-Encoding: gzip"])
        fits = answer.body == shown if shown else isinstance(answer.json(), list)
        check(f"the partner asks as {program}", fits, (answer.status, answer.body[:200]))
