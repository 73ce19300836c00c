"""Requests as bytes on a socket of their own, and what comes back."""

import http.client
import json
import pathlib
import socket
import sys
import urllib.parse

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "python"))

from bench import API_URL, check  # noqa: E402

PATIENCE_SECONDS = 90
ADDRESS = urllib.parse.urlsplit(API_URL)


class Answer:
    def __init__(self, status, body):
        self.status = status
        self.body = body

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return {}


def exchange(head, body=b""):
    """Sends the lines of a request's head and its body, as they are; the answer."""
    request = b"".join(line.encode() + b"\r\n" for line in [*head, ""]) + body
    place = (ADDRESS.hostname, ADDRESS.port)
    with socket.create_connection(place, timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(request)
        response = http.client.HTTPResponse(connection, method=head[0].split()[0])
        response.begin()
        return Answer(response.status, response.read())


def accepted(what, answer, expected=None):
    """Counts whether a request was answered 200, with this JSON if one is named; the JSON."""
    fits = answer.status == 200 and (expected is None or answer.json() == expected)
    check(what, fits, (answer.status, answer.body))
    return answer.json()


def form(boundary, fields, file_head, file):
    """The body of a form: fields in order, then a file with the given lines as its head."""
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
             for name, value in fields]
    parts.append("\r\n".join(file_head).encode() + b"\r\n\r\n" + file)
    begin = f"--{boundary}\r\n".encode()
    return b"".join(begin + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
