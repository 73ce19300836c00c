"""Runs the vendor's chatbot library as a bot that answers everything a phone writes to it."""

import logging
import pathlib
import sys
import tempfile
import threading

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "python"))

from bench import (  # noqa: E402
    API_URL, MEDIA_URL, PATIENCE_SECONDS, Phone, check, delete, finish, holds, link_by_qr,
    new_instance, until,
)
from bot import answering  # noqa: E402
from samples import PAPER, film, picture, voice  # noqa: E402
from whatsapp_chatbot_python import GreenAPIBot  # noqa: E402

FLAGS = ("incomingWebhook", "outgoingMessageWebhook", "outgoingAPIMessageWebhook")


class Conversation:
    """Somebody with a phone, who writes to the bot and waits for what it answers."""

    def __init__(self, bot_chat):
        self.phone = Phone("Ben")
        self.bot_chat = bot_chat
        self.seen = 0

    def answer(self):
        """The next message of the bot; {} if none comes."""
        rows = self.phone.after(self.seen, self.bot_chat)
        if rows:
            self.seen = rows[0]["seq"]
        return rows[0] if rows else {}

    def writes(self, what, expected, kind, **fields):
        """Writes something, and counts whether the bot answers as expected."""
        sent = self.phone.sends(self.bot_chat, kind, **fields)
        answer = self.answer()
        holds(f"{what} is answered", answer, expected)
        return sent, answer


def texts(talk):
    for text in ("hello", "👍 two\nlines", "x" * 5000):
        talk.writes("a text", {"kind": "text", "text": text}, "text", text=text)
    sent, _ = talk.writes("a command", {"text": "no help"}, "text", text="/help me")
    talk.writes("a text that quotes", {"text": "quoting"}, "text", text="quoting", quotedId=sent)
    talk.writes("a link", {"text": "see https://shop.example"}, "text",
                text="see https://shop.example", preview={"url": "https://shop.example"})
    sent, answer = talk.writes("what asks for a quote", {"text": "quoted"}, "text", text="quote me")
    check("it quotes the question", answer.get("quoted", {}).get("id") == sent, answer)


def memory(talk):
    talk.writes("what begins a dialogue", {"text": "your name?"}, "text", text="/register")
    talk.writes("what goes on with it", {"text": "hello Ben"}, "text", text="Ben")
    talk.writes("what comes after it", {"text": "Ben"}, "text", text="Ben")


def files(talk):
    for what, kind, data, mime, answered in (
        ("a picture", "image", picture(), "image/png", "image"),
        ("a video", "video", film(), "video/mp4", "video"),
        ("a voice message", "voice", voice(), "audio/ogg; codecs=opus", "voice"),
        ("a document", "document", PAPER, "application/pdf", "document"),
    ):
        fields = {"fileName": "Invoice 42.pdf"} if kind == "document" else {}
        _, answer = talk.writes(what, {"kind": answered}, kind, data=data, mimeType=mime, **fields)
        check(f"{what} comes back as it was", talk.phone.file(answer["id"]) == data, answer)


def others(talk):
    talk.writes("a place", {"text": "locationMessage"}, "location", latitude=1.5, longitude=2.5)
    talk.writes("a contact", {"text": "contactMessage"}, "contact", displayName="Cy",
                phone="15550100004")
    talk.writes("a sticker", {"text": "stickerMessage"}, "sticker", data=picture(),
                mimeType="image/webp")
    sent, _ = talk.writes("one more text", {"text": "react"}, "text", text="react")
    talk.writes("a reaction", {"text": "reactionMessage"}, "reaction", targetId=sent, text="👍")


def polls(talk):
    _, poll = talk.writes("a poll", {"kind": "poll", "name": "Drinks?",
                                     "options": ["Tea", "Coffee"]},
                          "poll", name="Drinks?", options=["Tea", "Coffee"])
    talk.writes("a vote in the bot's poll", {"text": f"Tea by {talk.phone.chat}"}, "pollVote",
                targetId=poll["id"], options=["Tea"])


def buttons(talk):
    _, asked = talk.writes("what asks for buttons", {"kind": "buttons", "text": "Pick"}, "text",
                           text="/buttons")
    talk.writes("a button that was pressed", {"text": "pressed Green"}, "buttonsResponse",
                quotedId=asked["id"], selectedId="1", text="Green")
    _, asked = talk.writes("what asks for reply buttons", {"kind": "interactive"}, "text",
                           text="/reply")
    talk.writes("a reply button that was pressed", {"text": "pressed Good"}, "interactiveReply",
                quotedId=asked["id"], text="Good", name="quick_reply",
                params='{"id": "1", "display_text": "Good"}')


def call(talk, owner):
    ringing = talk.phone.does("calls", {"action": "offer", "to": owner.chat, "video": False})
    holds("a call is answered", talk.answer(), {"text": "cannot talk now"})
    talk.phone.does("calls", {"action": "terminate", "callId": ringing["callId"]})
    holds("its end is answered", talk.answer(), {"text": "call ended: hungUp"})


def new_bot(api):
    return GreenAPIBot(api.idInstance, api.apiTokenInstance, host=API_URL, media=MEDIA_URL,
                       raise_errors=True)


def starts(api):
    """What the library does at its start: sees that it is told things, and drains the queue."""
    api.account.setSettings(dict.fromkeys(FLAGS, "no"))
    new_bot(api)
    flags = api.account.getSettings().data
    check("the bot has itself told everything", all(flags[key] == "yes" for key in FLAGS), flags)
    api.account.setSettings({
        key: "yes" for key in ("outgoingWebhook", "incomingCallWebhook", "pollMessageWebhook")})


def run(folder):
    partner, api = new_instance()
    owner = Phone("Bot")
    link_by_qr(api, owner)
    starts(api)
    talk = Conversation(owner.chat)
    talk.phone.sends(owner.chat, "text", text="before the bot")
    until("what was written before waits", api.queues.getWebhooksCount,
          lambda answer: answer.data["count"] > 0)
    bot = new_bot(api)
    heard = answering(bot, folder)
    loop = threading.Thread(target=bot.run_forever, daemon=True)
    loop.start()
    for section in (texts, memory, files, others, polls, buttons):
        section(talk)
    call(talk, owner)
    until("the bot hears what becomes of its answers", lambda: heard,
          lambda heard: {"sent", "delivered", "api"} <= set(heard))
    talk.writes("the last text", {"text": "bye"}, "text", text="/stop")
    loop.join(PATIENCE_SECONDS)
    check("the bot ends when it is told to", not loop.is_alive())
    texts_before = [row for row in talk.phone.after(0, owner.chat, 0)
                    if row.get("text") == "before the bot"]
    check("what was written before it started is not answered", not texts_before, texts_before)
    delete(partner, api)


logging.disable(logging.CRITICAL)
with tempfile.TemporaryDirectory() as scratch:
    try:
        run(pathlib.Path(scratch))
    except Exception as error:
        check("the bot works to the end", False, error)
finish()
