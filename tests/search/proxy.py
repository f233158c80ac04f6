"""A real server behind one that has no room for some entries of a bulk request."""

import http.server
import json
import threading
import urllib.error
import urllib.request


class BusyProxy(http.server.ThreadingHTTPServer):
    """Passes all on to the server at `behind`, but answers the writes of the ids in `busy` with
    their status (429, 503 …), as a server under load does. `refused` counts how often."""

    def __init__(self, behind):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behind = behind.rstrip("/")
        self.busy = {}
        self.refused = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def close(self):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def _pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))) or None
        if "_bulk" in self.path:
            self._bulk(body)
        else:
            self._answer(*self._asked(body))

    def _bulk(self, body):
        lines = body.decode().splitlines()
        kept, outcomes = [], []
        while lines:
            action = lines.pop(0)
            (operation, target), *_none = json.loads(action).items()
            source = [lines.pop(0)] if operation == "index" else []
            status = self.server.busy.get(target["_id"])
            if status is None:
                kept += [action, *source]
                outcomes.append(None)
                continue
            self.server.refused += 1
            error = {"type": "es_rejected_execution_exception", "reason": "the queue is full"}
            item = {"_id": target["_id"], "status": status, "error": error}
            outcomes.append({operation: item})
        items = []
        if kept:
            status, headers, content = self._asked(("\n".join(kept) + "\n").encode())
            if status != 200:
                self._answer(status, headers, content)
                return
            items = json.loads(content)["items"]
        merged = [outcome or items.pop(0) for outcome in outcomes]
        found = {"took": 1, "errors": any(outcomes), "items": merged}
        headers = {"Content-Type": "application/json", "X-elastic-product": "Elasticsearch"}
        self._answer(200, headers, json.dumps(found).encode())

    def _asked(self, body):
        kept = ("content-type", "accept")
        headers = {name: value for name, value in self.headers.items() if name.lower() in kept}
        request = urllib.request.Request(  # noqa: S310  (the test's own server)
            self.server.behind + self.path, data=body, headers=headers, method=self.command
        )
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def _answer(self, status, headers, content):
        self.send_response(status)
        for name in ("Content-Type", "X-elastic-product"):
            if headers.get(name):
                self.send_header(name, headers[name])
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass_on

    def log_message(self, *args):
        pass
