"""An engine whose ranks wait for one another for so many seconds, and not for minutes."""

import argparse
import os
from datetime import timedelta

from oneshot_engine.server import serve

parser = argparse.ArgumentParser()
parser.add_argument("--socket")
parser.add_argument("--seconds", type=float)
args = parser.parse_args()
serve(args.socket, os.getppid(), timedelta(seconds=args.seconds))
os._exit(0)
