"""The account section: states, settings, links, notifications of them, and access."""

from whatsapp_api_client_python.API import GreenApi

from bench import (
    API_URL, Phone, answers, check, delete, link_by_qr, new_instance, refused, until, until_state,
)


def not_linked(api):
    answers("getStateInstance of a new instance", api.account.getStateInstance(),
            {"stateInstance": "notAuthorized"})
    answers("getStatusInstance of a new instance", api.account.getStatusInstance(),
            {"statusInstance": "offline"})
    settings = api.account.getWaSettings()
    empty = settings.data and [settings.data[key] for key in ("avatar", "phone", "deviceId")]
    check("getWaSettings has nothing to show", empty == ["", "", ""], settings.data)


def settings(api):
    before = api.account.getSettings()
    needed = ("wid", "webhookUrl", "incomingWebhook", "outgoingMessageWebhook",
              "outgoingAPIMessageWebhook", "delaySendMessagesMilliseconds", "sharedSession")
    check("getSettings has the keys that bots index",
          before.code == 200 and all(key in before.data for key in needed), before.data)
    answers("setSettings", api.account.setSettings(
        {"stateWebhook": "yes", "delaySendMessagesMilliseconds": 1000}), {"saveSettings": True})
    after = api.account.getSettings()
    check("what was set is read back", after.data == {
        **before.data, "stateWebhook": "yes", "delaySendMessagesMilliseconds": 1000}, after.data)
    refused("setSettings of nothing", api.account.setSettings({}), 400,
            "'value' must have at least 1 key")
    refused("setSettings out of range",
            api.account.setSettings({"delaySendMessagesMilliseconds": 1}), 400,
            "Validation failed. Details: 'delaySendMessagesMilliseconds'")


def linked(api, phone):
    link_by_qr(api, phone)
    answers("qr of a linked instance", api.account.qr(),
            {"type": "alreadyLogged", "message": "instance account already authorized"})
    until("getStatusInstance becomes online", api.account.getStatusInstance,
          lambda answer: answer.data == {"statusInstance": "online"})
    account = api.account.getWaSettings().data
    check("getWaSettings shows the account", account["phone"] == phone.number
          and account["deviceId"].startswith(f"{phone.number}:")
          and account["stateInstance"] == "authorized", account)
    wid = api.account.getSettings().data["wid"]
    check("getSettings shows the account", wid == phone.chat, wid)


def notifications(api, phone):
    first = api.receiving.receiveNotification()
    again = api.receiving.receiveNotification(receiveTimeout=5)
    check("receiveNotification gives the same one again",
          first.code == 200 and first.data is not None and first.data == again.data, first.data)
    body = first.data["body"]
    expected = {"idInstance": int(api.idInstance), "wid": phone.chat, "typeInstance": "whatsapp"}
    check("it tells of the link", body["typeWebhook"] == "stateInstanceChanged"
          and body["stateInstance"] == "authorized", body)
    check("it tells whose", body["instanceData"] == expected, body["instanceData"])
    receipt = first.data["receiptId"]
    check("deleteNotification removes it",
          api.receiving.deleteNotification(receipt).data["result"] is True, receipt)
    check("a second time there is nothing to remove",
          api.receiving.deleteNotification(receipt).data["result"] is False, receipt)
    refused("deleteNotification of no number", api.receiving.deleteNotification("abc"), 400,
            "Parameter receiptId must be a Number")
    refused("receiveNotification for no time", api.receiving.receiveNotification("long"), 400,
            "'receiveTimeout' must be a number")
    waiting = api.receiving.receiveNotification(1)
    check("receiveNotification out of range", waiting.code == 200, (waiting.code, waiting.error))
    cleared = api.queues.clearWebhooksQueue()
    check("clearWebhooksQueue", cleared.data["isCleared"] is True, cleared.data)
    answers("getWebhooksCount", api.queues.getWebhooksCount(), {"count": 0})
    check("an empty queue is null", api.receiving.receiveNotification().data is None)
    again = api.queues.clearWebhooksQueue()
    check("clearWebhooksQueue only once a minute", again.data["isCleared"] is False
          and again.data["reason"] == "Too many requests", again.data)


def life(api):
    history = api.account.getStateInstanceHistory(count=1)
    check("getStateInstanceHistory", history.code == 200 and len(history.data) == 1
          and history.data[0]["stateInstance"] == "authorized", history.data)
    answers("reboot", api.account.reboot(), {"isReboot": True})
    until_state(api, "authorized")
    answers("logout", api.account.logout(), {"isLogout": True})
    until_state(api, "notAuthorized")


def link_by_number(api, phone):
    issued = api.account.getAuthorizationCode(int(phone.number))
    code = issued.data["code"] if issued.code == 200 else ""
    check("getAuthorizationCode", len(code) == 8 and issued.data["status"] is True, issued.data)
    phone.does("pairing-code", {"code": code})
    until_state(api, "authorized")
    late = api.account.getAuthorizationCode(int(phone.number))
    check("getAuthorizationCode of a linked instance", late.code == 200
          and (late.data["status"], late.data["code"]) == (False, ""), late.data)


def access(api):
    old = api.apiTokenInstance
    renewed = api.account.updateApiToken()
    check("updateApiToken", renewed.code == 200
          and renewed.data["apiTokenInstance"] != old, renewed.code)
    refused("the old token", api.account.getSettings(), 401)
    api.apiTokenInstance = renewed.data["apiTokenInstance"]
    check("the new token", api.account.getSettings().code == 200)
    stranger = GreenApi("1", api.apiTokenInstance, host=API_URL, media=API_URL)
    refused("a number that is nobody's", stranger.account.getSettings(), 403)


def run():
    partner, api = new_instance()
    listed = partner.partner.getInstances()
    ids = [row["idInstance"] for row in listed.data]
    check("getInstances", int(api.idInstance) in ids, listed.code)
    phone = Phone("Compat")
    not_linked(api)
    settings(api)
    linked(api, phone)
    notifications(api, phone)
    life(api)
    link_by_number(api, phone)
    access(api)
    delete(partner, api)
    refused("a deleted instance", api.account.getStateInstance(), 400, "Instance is deleted")
