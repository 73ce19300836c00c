"""An instance linked to a phone, and somebody who has only a phone."""

import time

from bench import (
    PATIENCE_SECONDS, Phone, answers, check, contains, delete, holds, link_by_qr, new_instance,
)

EVERYTHING = {
    key: "yes" for key in (
        "incomingWebhook", "outgoingWebhook", "outgoingMessageWebhook",
        "outgoingAPIMessageWebhook", "pollMessageWebhook", "editedMessageWebhook",
        "deletedMessageWebhook", "incomingCallWebhook", "outgoingCallWebhook", "stateWebhook",
        "linkPreview",
    )
}


class Talk:
    def __init__(self):
        self.partner, self.api = new_instance()
        self.owner, self.other = Phone("Olga"), Phone("Ben")
        self.log = []
        answers("setSettings that everything is told", self.api.account.setSettings(EVERYTHING),
                {"saveSettings": True})

    def link(self):
        link_by_qr(self.api, self.owner)
        self.told("the link", "stateInstanceChanged", stateInstance="authorized")

    def end(self):
        delete(self.partner, self.api)

    def told(self, what, kind, **expected):
        """The first notification like this, past or coming; {} if none comes. It counts."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        expected["typeWebhook"] = kind
        while True:
            for body in self.log:
                if contains(body, expected):
                    check(f"{what} is told", True)
                    return body
            if time.monotonic() > deadline:
                check(f"{what} is told", False, self.log[-3:])
                return {}
            self.take()

    def take(self):
        """Takes the next notification out of the queue, if one comes."""
        response = self.api.receiving.receiveNotification(receiveTimeout=5)
        if response.code != 200:
            raise RuntimeError(f"receiveNotification: {response.code} {response.error}")
        if response.data is None:
            return
        self.log.append(response.data["body"])
        deleted = self.api.receiving.deleteNotification(response.data["receiptId"])
        if deleted.code != 200 or deleted.data["result"] is not True:
            raise RuntimeError(f"deleteNotification: {deleted.code} {deleted.data}")

    def status(self, message, status):
        self.told(f"that a message is {status}", "outgoingMessageStatus", idMessage=message,
                  status=status, sendByApi=True)

    def goes(self, what, response, kind, told, **seen):
        """What was sent arrives as that kind with these fields, and the owner is told."""
        if not check(f"{what} is accepted", response.code == 200, response.error):
            return "", {}
        message = response.data["idMessage"]
        row = self.other.sees(message)
        holds(f"{what} arrives", row, {"kind": kind, "from": self.owner.chat, **seen})
        self.told(what, "outgoingAPIMessageReceived", idMessage=message,
                  messageData={"typeMessage": told},
                  senderData={"chatId": self.other.chat, "sender": self.owner.chat})
        return message, row

    def comes(self, what, kind, told, expected=None, **fields):
        """The other's phone sends; the owner is told of it as `told`, with what is expected."""
        message = self.other.sends(self.owner.chat, kind, **fields)
        body = self.told(what, "incomingMessageReceived", idMessage=message,
                         senderData={"chatId": self.other.chat, "sender": self.other.chat,
                                     "senderName": self.other.name})
        holds(f"{what} comes as {told}", body.get("messageData"),
              {"typeMessage": told, **(expected or {})})
        return message, body.get("messageData") or {}
