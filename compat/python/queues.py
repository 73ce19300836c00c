"""What waits while there is no link, and leaves in order once there is one."""

from bench import answers, check, until


def before_the_link(talk):
    sending, queues = talk.api.sending, talk.api.queues
    lost = sending.sendMessage(talk.other.chat, "lost")
    check("sendMessage is accepted without a link", lost.code == 200, lost.error)
    poll = sending.sendPoll(talk.other.chat, "lost?", [{"optionName": "a"}, {"optionName": "b"}])
    waiting = queues.showMessagesQueue()
    check("showMessagesQueue shows what waits", waiting.code == 200
          and [row["type"] for row in waiting.data] == ["sendMessage", "sendPoll"]
          and [row["messageID"] for row in waiting.data]
          == [lost.data["idMessage"], poll.data["idMessage"]], waiting.data)
    check("its rows hold the requests",
          waiting.data[0]["body"] == {"chatId": talk.other.chat, "message": "lost"}, waiting.data)
    until("getMessagesCount counts them", queues.getMessagesCount,
          lambda answer: answer.data == {"count": 2})
    answers("clearMessagesQueue", queues.clearMessagesQueue(), {"isCleared": True})
    answers("showMessagesQueue of an empty queue", queues.showMessagesQueue(), [])
    until("getMessagesCount of an empty queue", queues.getMessagesCount,
          lambda answer: answer.data == {"count": 0})
    talk.waiting = [sending.sendMessage(talk.other.chat, str(number)).data["idMessage"]
                    for number in range(3)]


def after_the_link(talk):
    rows = [talk.other.sees(message) for message in talk.waiting]
    check("what waited arrives", [row.get("text") for row in rows] == ["0", "1", "2"], rows)
    places = [row.get("seq", 0) for row in rows]
    check("in the order of the requests", places == sorted(places), places)
    check("what was cleared does not", all(row["text"] != "lost" for row in rows), rows)
    counted = talk.api.queues.getWebhooksCount()
    check("getWebhooksCount counts notifications", counted.data["count"] > 0, counted.data)
