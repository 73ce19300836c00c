"""Runs the vendor's Python client against a gateway: the account, then messages both ways."""

import logging

import account
import journals
import queues
import receiving
import sending
from bench import check, finish
from talk import Talk


def messages():
    talk = Talk()
    queues.before_the_link(talk)
    talk.link()
    queues.after_the_link(talk)
    sending.run(talk)
    receiving.run(talk)
    journals.run(talk)
    talk.end()


logging.disable(logging.CRITICAL)
for name, section in (("the account section", account.run), ("messages", messages)):
    try:
        section()
    except Exception as error:
        check(f"the client works to the end of {name}", False, error)
finish()
