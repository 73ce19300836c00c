"""Runs the vendor's Python client through the account section of a gateway."""

import base64
import io
import json
import logging
import os
import sys
import time
import urllib.request

import zxingcpp
from PIL import Image
from whatsapp_api_client_python.API import GreenApi, GreenApiPartner

API_URL = os.environ["API_URL"].rstrip("/")
PHONES_URL = os.environ["PHONES_URL"].rstrip("/")
PARTNER_TOKEN = os.environ["PARTNER_TOKEN"]
PATIENCE_SECONDS = 60
# The vendor allows most methods once a second.
POLL_SECONDS = 1.1

passed = failed = 0


def check(what, fits, seen):
    """Counts one expectation and tells what was seen where it is not met."""
    global passed, failed
    if fits:
        passed += 1
        print(f"ok    {what}")
    else:
        failed += 1
        print(f"FAIL  {what}: saw {seen!r}")


def answers(what, response, expected):
    check(what, response.code == 200 and response.data == expected, (response.code, response.data))


def refused(what, response, code, text=""):
    fits = response.code == code and (text in response.error if text else response.error == "")
    check(what, fits, (response.code, response.error))


def phone_api(path, body):
    request = urllib.request.Request(
        f"{PHONES_URL}/sandbox/phones{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def until(what, ask, reached):
    """Asks until the answer is as wanted; the last answer either way."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = ask()
        if reached(answer) or time.monotonic() > deadline:
            check(what, reached(answer), (answer.code, answer.data))
            return answer
        time.sleep(POLL_SECONDS)


def until_state(api, state):
    until(f"the state becomes {state}", api.account.getStateInstance,
          lambda answer: answer.code == 200 and answer.data == {"stateInstance": state})


def read_qr(message):
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(base64.b64decode(message))))
    return codes[0].text if codes else ""


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


def link_by_qr(api, phone):
    qr = api.account.qr()
    check("qr gives a code", qr.code == 200 and qr.data["type"] == "qrCode", qr.data)
    text = read_qr(qr.data["message"])
    check("the picture holds a code", text.count(",") >= 3, text)
    phone_api(f"/{phone}/scan", {"qr": text})
    until_state(api, "authorized")
    answers("qr of a linked instance", api.account.qr(),
            {"type": "alreadyLogged", "message": "instance account already authorized"})
    until("getStatusInstance becomes online", api.account.getStatusInstance,
          lambda answer: answer.data == {"statusInstance": "online"})
    account = api.account.getWaSettings().data
    check("getWaSettings shows the account", account["phone"] == phone
          and account["deviceId"].startswith(f"{phone}:")
          and account["stateInstance"] == "authorized", account)
    wid = api.account.getSettings().data["wid"]
    check("getSettings shows the account", wid == f"{phone}@c.us", wid)


def notifications(api, phone):
    first = api.receiving.receiveNotification()
    again = api.receiving.receiveNotification(receiveTimeout=5)
    check("receiveNotification gives the same one again",
          first.code == 200 and first.data is not None and first.data == again.data, first.data)
    body = first.data["body"]
    expected = {"idInstance": int(api.idInstance), "wid": f"{phone}@c.us",
                "typeInstance": "whatsapp"}
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
    refused("receiveNotification out of range", api.receiving.receiveNotification(61), 400,
            "'receiveTimeout' must be less than or equal to 60")
    cleared = api.queues.clearWebhooksQueue()
    check("clearWebhooksQueue", cleared.data["isCleared"] is True, cleared.data)
    answers("getWebhooksCount", api.queues.getWebhooksCount(), {"count": 0})
    check("an empty queue is null", api.receiving.receiveNotification().data is None, None)
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
    issued = api.account.getAuthorizationCode(int(phone))
    code = issued.data["code"] if issued.code == 200 else ""
    check("getAuthorizationCode", len(code) == 8 and issued.data["status"] is True, issued.data)
    phone_api(f"/{phone}/pairing-code", {"code": code})
    until_state(api, "authorized")
    late = api.account.getAuthorizationCode(int(phone))
    check("getAuthorizationCode of a linked instance", late.code == 200
          and (late.data["status"], late.data["code"]) == (False, ""), late.data)


def access(api):
    old = api.apiTokenInstance
    renewed = api.account.updateApiToken()
    check("updateApiToken", renewed.code == 200
          and renewed.data["apiTokenInstance"] != old, renewed.code)
    refused("the old token", api.account.getSettings(), 401)
    api.apiTokenInstance = renewed.data["apiTokenInstance"]
    check("the new token", api.account.getSettings().code == 200, None)
    stranger = GreenApi("1", api.apiTokenInstance, host=API_URL, media=API_URL)
    refused("a number that is nobody's", stranger.account.getSettings(), 403)


def main():
    logging.disable(logging.CRITICAL)
    partner = GreenApiPartner(PARTNER_TOKEN, "nobody@example.com", host=API_URL)
    created = partner.partner.createInstance({"name": "compat"})
    check("createInstance", created.code == 200
          and created.data.get("typeInstance") == "whatsapp", created.code)
    id_instance = created.data["idInstance"]
    api = GreenApi(str(id_instance), created.data["apiTokenInstance"], host=API_URL, media=API_URL)
    listed = partner.partner.getInstances()
    check("getInstances", id_instance in [row["idInstance"] for row in listed.data], listed.code)
    phone = phone_api("", {"name": "Compat"})["phone"]
    not_linked(api)
    settings(api)
    link_by_qr(api, phone)
    notifications(api, phone)
    life(api)
    link_by_number(api, phone)
    access(api)
    answers("deleteInstanceAccount", partner.partner.deleteInstanceAccount(id_instance),
            {"deleteInstanceAccount": True})
    refused("a deleted instance", api.account.getStateInstance(), 403)


try:
    main()
except Exception as error:
    check("the client works to the end", False, error)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
