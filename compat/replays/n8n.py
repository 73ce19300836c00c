"""The vendor's node for n8n: its operations with everything left as it is preset, and its
trigger. n8n sends through axios."""

import http.server
import json
import threading

from bench import check, holds, until
from wire import ADDRESS, accepted, exchange

NOT_HERE = "is not in this version of Siskin"


class Node:
    def __init__(self, api):
        self.api = api

    def call(self, verb, method, body=None, slashes="/", query=""):
        path = f"{slashes}waInstance{self.api.idInstance}/{method}/{self.api.apiTokenInstance}"
        head = [f"{verb} {path}{query} HTTP/1.1", "Accept: application/json"]
        data = b"" if body is None else json.dumps(
            body, separators=(",", ":"), ensure_ascii=False).encode()
        if data:
            head += ["Content-Type: application/json", f"Content-Length: {len(data)}"]
        head += ["User-Agent: n8n", "Accept-Encoding: gzip, compress, deflate, br",
                 f"Host: {ADDRESS.netloc}", "Connection: keep-alive"]
        return exchange(head, data)


def sending(api, phone, url):
    node, to = Node(api), phone.chat
    preset = {"quotedMessageId": "", "typingTime": 0}
    names = {"firstName": "Cy", "middleName": "", "lastName": "", "company": ""}
    copy = {"type": "copy", "buttonId": "1", "buttonText": "Copy", "copyCode": "EX-42"}
    file = {"urlFile": url, "fileName": "red.png", "caption": ""}
    for method, body, shown in (
        ("sendMessage", {"chatId": to, "message": "Année 👍", **preset}, {"text": "Année 👍"}),
        ("sendPoll", {"chatId": to, "message": "Drinks?", "options": [
            {"optionName": "Tea"}, {"optionName": "Coffee "}], "multipleAnswers": False,
            **preset}, {"options": ["Tea", "Coffee"]}),
        ("sendFileByUrl", {"chatId": to, **file, **preset}, {"kind": "image"}),
        ("sendLocation", {"chatId": to, "nameLocation": "", "address": "", "latitude": 1.5,
                          "longitude": 2, "typingTime": 0}, {"kind": "location"}),
        ("sendContact", {"chatId": to, "contact": {"phoneContact": 15550100004, **names},
                         "typingTime": 0}, {"kind": "contact"}),
        ("sendInteractiveButtons", {"chatId": to, "body": "Code", "buttons": [copy]},
         {"kind": "interactive"}),
        ("sendInteractiveButtonsReply", {"chatId": to, "body": "Well?", "buttons": [
            {"buttonId": "1", "buttonText": "Good"}], "quotedMessageId": ""},
         {"kind": "interactive"}),
    ):
        sent = accepted(f"the node calls {method}", node.call("POST", method, body))
        holds(f"{method} arrives", phone.sees(sent.get("idMessage", "")), shown)


def reading(api, phone):
    node, to = Node(api), phone.chat
    holds("the credentials are tried", node.call("GET", "getStateInstance", slashes="//").json(),
          {"stateInstance": "authorized"})
    for method, query in (("getSettings", ""), ("getWaSettings", ""), ("lastIncomingMessages", ""),
                          ("lastOutgoingMessages", "?minutes=60"), ("showMessagesQueue", "")):
        accepted(f"the node asks {method}", node.call("GET", method, query=query))
    rows = accepted("the node asks getChatHistory",
                    node.call("POST", "getChatHistory", {"chatId": to}))
    known = rows[0]["idMessage"]
    accepted("the node asks getMessage",
             node.call("POST", "getMessage", {"chatId": to, "idMessage": known}))
    sent = accepted("the node forwards", node.call("POST", "forwardMessages", {
        "chatId": to, "chatIdFrom": to, "messages": [known]}))
    check("the forward has an id", len(sent.get("messages", [])) == 1, sent)
    missing = node.call("GET", "getStatusStatistic", {"idMessage": known})
    check("what is not here says so", missing.status == 404
          and NOT_HERE in missing.body.decode(), (missing.status, missing.body))


def settings(api):
    node = Node(api)
    body = {"delaySendMessagesMilliseconds": 15000, "markIncomingMessagesReaded": "no",
            "outgoingWebhook": "yes", "keepOnlineStatus": "no", "webhookUrl": "",
            "webhookUrlToken": ""}
    accepted("the node changes settings", node.call("POST", "setSettings", body),
             {"saveSettings": True})
    # What expressions of a workflow make of them.
    body = {"delaySendMessagesMilliseconds": "1000", "outgoingWebhook": True,
            "stateWebhook": "True", "keepOnlineStatus": False}
    accepted("a workflow changes settings", node.call("POST", "setSettings", body),
             {"saveSettings": True})
    holds("they are changed", node.call("GET", "getSettings").json(),
          {"delaySendMessagesMilliseconds": 1000, "outgoingWebhook": "yes",
           "stateWebhook": "yes", "keepOnlineStatus": "no"})


def trigger(api, phone, chat):
    """It sets a webhook while its workflow is active, and takes it away again."""
    came = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            came.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"OK")

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/webhook"
    node = Node(api)
    accepted("the trigger sets its webhook", node.call("POST", "setSettings", {
        "webhookUrl": url, "incomingWebhook": "yes", "outgoingAPIMessageWebhook": "yes",
        "outgoingMessageWebhook": "yes"}), {"saveSettings": True})
    check("the trigger finds it", node.call("GET", "getSettings").json()["webhookUrl"] == url)
    sent = phone.sends(chat, "text", text="go")
    until("the trigger starts", lambda: [row for row in came if row.get("idMessage") == sent],
          bool)
    accepted("the trigger takes it away", node.call("POST", "setSettings", {"webhookUrl": ""}),
             {"saveSettings": True})
    server.shutdown()
