"""`python -m oneshot_engine --socket PATH`."""

from __future__ import annotations

import argparse
import os
import signal

# Before the imports, which take seconds.
parent = os.getppid()
# These may reach the whole process group; the driver decides when the engine ends.
signal.signal(signal.SIGINT, signal.SIG_IGN)
if "TORCHELASTIC_RUN_ID" not in os.environ:  # torchrun ends the ranks that are left in this way
    signal.signal(signal.SIGTERM, signal.SIG_IGN)

from oneshot_engine.server import serve  # noqa: E402

parser = argparse.ArgumentParser(prog="oneshot_engine", description=__doc__)
parser.add_argument("--socket", required=True, help="path of the Unix socket to listen on, at most 100 bytes")
serve(parser.parse_args().socket, parent)
os._exit(0)  # taking torch down in order would take seconds on a busy machine
