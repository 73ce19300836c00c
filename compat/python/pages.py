"""A web server nearby, with a page to preview and a file to fetch."""

import contextlib
import http.server
import threading

from samples import picture

PAGE = b"""<html><head><meta property="og:title" content="Example Shop">
<meta property="og:description" content="Open until six">
<meta property="og:image" content="/shop.png"></head></html>"""
FILES = {"/hours": ("text/html", PAGE), "/shop.png": ("image/png", picture(640, 480))}


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind, content = FILES.get(self.path, ("text/plain", b""))
        self.send_response(200 if content else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Tells nothing."""


@contextlib.contextmanager
def served():
    """The server's address, as long as it is needed."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
