"""`python -m oneshot_engine --socket PATH`."""

from __future__ import annotations

import argparse
import os
import signal

parent = os.getppid()  # before the imports, which take seconds

from oneshot_engine.server import serve  # noqa: E402

# Ctrl-C reaches the whole process group; the driver decides when the engine ends.
signal.signal(signal.SIGINT, signal.SIG_IGN)
parser = argparse.ArgumentParser(prog="oneshot_engine", description=__doc__)
parser.add_argument("--socket", required=True, help="path of the Unix socket to listen on, at most 100 bytes")
serve(parser.parse_args().socket, parent)
