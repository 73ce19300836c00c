"""What all checks share: counting, the sandbox's phones, waiting, an instance of one's own."""

import base64
import io
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import zxingcpp
from PIL import Image
from whatsapp_api_client_python.API import GreenApi, GreenApiPartner

API_URL = os.environ["API_URL"].rstrip("/")
MEDIA_URL = os.environ.get("MEDIA_URL", API_URL).rstrip("/")
PHONES_URL = os.environ["PHONES_URL"].rstrip("/")
PARTNER_TOKEN = os.environ["PARTNER_TOKEN"]
PATIENCE_SECONDS = 60

passed = failed = 0


def check(what, fits, seen=None):
    """Counts one expectation and tells what was seen where it is not met."""
    global passed, failed
    if fits:
        passed += 1
        print(f"ok    {what}", flush=True)
    else:
        failed += 1
        print(f"FAIL  {what}: saw {seen!r}", flush=True)
    return fits


def finish():
    """Prints the tally and exits with it."""
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)


def holds(what, seen, expected):
    """Counts whether what was seen has the expected members, however deep."""
    check(what, contains(seen, expected), seen)


def contains(seen, expected):
    if isinstance(expected, dict):
        return isinstance(seen, dict) and all(
            contains(seen.get(key), value) for key, value in expected.items())
    return seen == expected


def answers(what, response, expected):
    check(what, response.code == 200 and response.data == expected, (response.code, response.data))


def refused(what, response, code, text=""):
    fits = response.code == code and (text in response.error if text else response.error == "")
    check(what, fits, (response.code, response.error))


def until(what, ask, reached, pause=0.2):
    """Asks until the answer is as wanted and counts whether it was; the last answer."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = ask()
        if reached(answer) or time.monotonic() > deadline:
            check(what, reached(answer), getattr(answer, "data", answer))
            return answer
        time.sleep(pause)


def until_state(api, state):
    # The vendor allows this method once a second.
    until(f"the state becomes {state}", api.account.getStateInstance,
          lambda answer: answer.code == 200 and answer.data == {"stateInstance": state}, 1.1)


def download(url):
    with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
        return answer.read()


def read_qr(message):
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(base64.b64decode(message))))
    return codes[0].text if codes else ""


class Phone:
    """A virtual phone, moved over HTTP."""

    def __init__(self, name):
        self.name = name
        self.number = phone_api("", {"name": name})["phone"]
        self.chat = f"{self.number}@c.us"

    def does(self, what, body):
        return phone_api(f"/{self.number}/{what}", body)

    def sends(self, chat, kind, **fields):
        """Sends a message; its id."""
        if "data" in fields:
            fields["data"] = base64.b64encode(fields["data"]).decode()
        return self.does("messages", {"chatId": chat, "kind": kind, **fields})["id"]

    def sees(self, message, status=""):
        """What the phone holds under an id, once it does; {} if it never does."""
        wanted = {"status": status} if status else {}
        query = urllib.parse.urlencode({"id": message, "wait": PATIENCE_SECONDS, **wanted})
        rows = phone_api(f"/{self.number}/messages?{query}")
        return rows[-1] if rows else {}

    def after(self, seq, chat, wait=PATIENCE_SECONDS):
        """What others wrote in a chat after that place, once there is something."""
        query = urllib.parse.urlencode(
            {"after": seq, "chatId": chat, "fromMe": "false", "wait": wait})
        return phone_api(f"/{self.number}/messages?{query}")

    def file(self, message):
        return download(f"{PHONES_URL}/sandbox/phones/{self.number}/messages/{message}/file")

    def chats(self):
        return phone_api(f"/{self.number}/chats")


def phone_api(path, body=None):
    request = urllib.request.Request(
        f"{PHONES_URL}/sandbox/phones{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=2 * PATIENCE_SECONDS) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{path}: {error.code} {error.read().decode()}") from error
    return json.loads(text) if text else None


def new_instance():
    """An instance with a client of the vendor's: the partner's client, and the instance's."""
    partner = GreenApiPartner(PARTNER_TOKEN, "nobody@example.com", host=API_URL)
    created = partner.partner.createInstance({"name": "compat"})
    check("createInstance", created.code == 200
          and created.data.get("typeInstance") == "whatsapp", created.code)
    api = GreenApi(str(created.data["idInstance"]), created.data["apiTokenInstance"],
                   host=API_URL, media=MEDIA_URL)
    return partner, api


def link_by_qr(api, phone):
    qr = api.account.qr()
    check("qr gives a code", qr.code == 200 and qr.data["type"] == "qrCode", qr.data)
    text = read_qr(qr.data["message"])
    check("the picture holds a code", text.count(",") >= 3, text)
    phone.does("scan", {"qr": text})
    until_state(api, "authorized")


def delete(partner, api):
    answers("deleteInstanceAccount", partner.partner.deleteInstanceAccount(int(api.idInstance)),
            {"deleteInstanceAccount": True})
