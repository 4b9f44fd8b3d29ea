"""Every address that citizens open."""

from starlette.routing import BaseRoute, Route

from bot.channels.web.pages import browse, cases, chat, documents, embed, forms, guide, preferences, search


def citizen_routes() -> list[BaseRoute]:
    """Address -> page."""
    return [
        Route("/", chat.home),
        Route("/embed", chat.home),
        Route("/embed.js", embed.script),
        Route("/chat", chat.talk, methods=["POST"]),
        Route("/chat/news", chat.news),
        Route("/suggest", chat.suggest),
        Route("/items/{id}", guide.guide),
        Route("/browse", browse.browse),
        Route("/browse/{kind}/{key}", browse.listing),
        Route("/events/{id}", browse.event),
        Route("/search", search.search),
        Route("/documents", documents.documents),
        Route("/status", cases.status),
        Route("/status", cases.look, methods=["POST"]),
        Route("/cases/{ref}", cases.case),
        Route("/cases/{ref}/receipt", cases.receipt),
        Route("/cases/{ref}/files/{id}", cases.file),
        Route("/forms", forms.choose),
        Route("/forms/mine", forms.mine),
        Route("/forms/drop", forms.drop, methods=["POST"]),
        Route("/forms/switch", forms.switch, methods=["POST"]),
        Route("/forms/{kind}", forms.fill),
        Route("/forms/{kind}", forms.check, methods=["POST"]),
        Route("/forms/{kind}/fields", forms.fields, methods=["POST"]),
        Route("/forms/{kind}/check", forms.look_over),
        Route("/forms/{kind}/send", forms.send, methods=["POST"]),
        Route("/view", preferences.view),
        Route("/forget", preferences.forget, methods=["POST"]),
    ]
