"""Replays what clients of the vendor send that cannot be built here, byte by byte."""

import wire  # noqa: F401: it leads to the modules of compat/python
import go
import n8n
from bench import Phone, check, delete, finish, link_by_qr, new_instance

partner, api = new_instance()
owner, other = Phone("Olga"), Phone("Ben")
api.account.setSettings({"incomingWebhook": "yes", "stateWebhook": "yes"})
link_by_qr(api, owner)

for replay in (
    lambda: go.bot(api, other, owner.chat),
    lambda: go.client(api, other.chat),
    lambda: go.first_edition(api, other),
    go.partner,
    lambda: n8n.settings(api),
    lambda: n8n.sending(api, other, go.stored(go.Second(api))),
    lambda: n8n.reading(api, other),
    lambda: n8n.trigger(api, other, owner.chat),
):
    try:
        replay()
    except Exception as error:  # what did not come is one failure more, not the end of all
        check("the replay works to its end", False, repr(error))

delete(partner, api)
finish()
