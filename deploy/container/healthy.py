"""Ends without an error where the site in this container answers /healthz under its own name."""

import os
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

port = os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2]
name = urlsplit(os.environ.get("SITE_URL", "http://127.0.0.1")).netloc
urlopen(Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": name}), timeout=5).close()
