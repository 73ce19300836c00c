#!/usr/bin/env python3
"""Saves the QR code of an instance as qr.png, again on every rotation, until it is scanned.

    API_URL=… ID_INSTANCE=… API_TOKEN_INSTANCE=… python3 qr.py

Needs nothing but Python 3.9 or later.
"""

import base64
import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.request

API_URL = os.environ.get("API_URL", "http://127.0.0.1:8080").rstrip("/")
PICTURE = pathlib.Path("qr.png")


def ask(url):
    """One call; the first one waits until an instance that has been asleep has a code."""
    with urllib.request.urlopen(url, timeout=60) as response:
        return json.load(response)


def main():
    try:
        instance, token = os.environ["ID_INSTANCE"], os.environ["API_TOKEN_INSTANCE"]
    except KeyError as missing:
        sys.exit(f"set the environment variable {missing.args[0]}")
    url = f"{API_URL}/waInstance{instance}/qr/{token}"
    shown = None
    while True:
        try:
            answer = ask(url)
        except urllib.error.HTTPError as error:
            hint = {401: "wrong API_TOKEN_INSTANCE", 403: "unknown ID_INSTANCE"}
            sys.exit(f"HTTP {error.code}: {hint.get(error.code) or error.read().decode()}")
        except OSError as error:
            sys.exit(f"no answer from {API_URL}: {error}")
        if answer["type"] == "alreadyLogged":
            print("linked")
            return
        if answer["type"] != "qrCode":
            sys.exit(f"{answer['type']}: {answer['message']}")
        if answer["message"] != shown:
            shown = answer["message"]
            PICTURE.write_bytes(base64.b64decode(shown))
            print(f"a new code is in {PICTURE}")
        time.sleep(1)


if __name__ == "__main__":
    main()
