"""A bot that answers everything, as its library's guide builds them."""

from bench import download
from whatsapp_chatbot_python.filters import TEXT_TYPES

FILES = ["imageMessage", "videoMessage", "audioMessage", "documentMessage"]
OTHERS = ["locationMessage", "contactMessage", "stickerMessage", "reactionMessage"]


def answering(bot, folder):
    """Teaches a bot its answers; gives the list of what it hears of its own messages."""
    commands(bot)
    dialogue(bot)
    bot_buttons(bot)
    calls(bot)
    echoes(bot, folder)
    return listening(bot)


def commands(bot):
    @bot.router.message(command="stop")
    def stop(notification):
        notification.answer("bye")
        # This is how the library is told to end.
        raise KeyboardInterrupt

    @bot.router.message(command="help")
    def help_(notification):
        notification.answer("no help")

    @bot.router.message(regexp=r"quote .*")
    def quote(notification):
        notification.answer("quoted", quoted_message_id=notification.get_id_message())


def dialogue(bot):
    @bot.router.message(command="register")
    def register(notification):
        notification.state_manager.set_state(notification.sender, "name")
        notification.answer("your name?")

    @bot.router.message(type_message=TEXT_TYPES, state="name")
    def name(notification):
        notification.state_manager.delete_state(notification.sender)
        notification.answer(f"hello {notification.message_text}")


def bot_buttons(bot):
    @bot.router.message(command="buttons")
    def buttons(notification):
        notification.answer_buttons("Pick", [{"buttonId": "1", "buttonText": "Green"}])

    @bot.router.message(command="reply")
    def reply(notification):
        notification.answer_with_interactive_buttons_reply(
            "How was it?", [{"buttonId": "1", "buttonText": "Good"}])

    @bot.router.buttons()
    def pressed(notification):
        data = notification.get_message_data()
        if data["typeMessage"] == "buttonsResponseMessage":
            text = data["buttonsResponseMessage"]["selectedButtonText"]
        else:
            text = data["templateButtonReplyMessage"]["selectedDisplayText"]
        notification.answer(f"pressed {text}")


def calls(bot):
    @bot.router.incoming_call(status="offer")
    def offer(notification):
        bot.api.sending.sendMessage(notification.call.chat_id, "cannot talk now")

    @bot.router.incoming_call(status=["hungUp", "declined", "pickUp"])
    def ended(notification):
        bot.api.sending.sendMessage(
            notification.call.chat_id, f"call ended: {notification.call.status}")


def echoes(bot, folder):
    @bot.router.message(type_message=TEXT_TYPES)
    def text(notification):
        notification.answer(notification.message_text)

    @bot.router.message(type_message=FILES)
    def file(notification):
        data = notification.get_message_data()["fileMessageData"]
        path = folder / data["fileName"]
        path.write_bytes(download(data["downloadUrl"]))
        notification.answer_with_file(str(path), data["fileName"], data["caption"])

    @bot.router.message(type_message=OTHERS)
    def other(notification):
        notification.answer(notification.get_message_data()["typeMessage"])

    @bot.router.poll_message()
    def poll(notification):
        data = notification.get_message_data()["pollMessageData"]
        notification.answer_with_poll(data["name"], data["options"], data["multipleAnswers"])

    @bot.router.poll_update_message()
    def vote(notification):
        votes = notification.get_message_data()["pollMessageData"]["votes"]
        for option in votes:
            for voter in option["optionVoters"]:
                notification.answer(f"{option['optionName']} by {voter}")


def listening(bot):
    heard = []

    @bot.router.outgoing_message_status()
    def status(notification):
        heard.append(notification.get_status_message())

    @bot.router.outgoing_api_message()
    def sent(notification):
        heard.append("api")

    return heard
