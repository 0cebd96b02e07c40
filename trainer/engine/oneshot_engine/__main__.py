"""`python -m oneshot_engine --socket PATH`."""

from __future__ import annotations

import argparse

from oneshot_engine.server import serve

parser = argparse.ArgumentParser(prog="oneshot_engine", description=__doc__)
parser.add_argument("--socket", required=True, help="path of the Unix socket to listen on, at most 100 bytes")
serve(parser.parse_args().socket)
