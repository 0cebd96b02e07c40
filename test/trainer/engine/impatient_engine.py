"""An engine whose ranks wait for one another for so many seconds, and not for minutes.

Its second rank may stand still before it asks for a verb.
"""

import argparse
import os
import signal
from datetime import timedelta

from oneshot_engine.ranks import Ranks
from oneshot_engine.server import serve

parser = argparse.ArgumentParser()
parser.add_argument("--socket")
parser.add_argument("--seconds", type=float)
parser.add_argument("--stands-before", type=int, help="the verb, from 0, that the second rank never asks for")
args = parser.parse_args()
asked = 0
share = Ranks.share


def stand(self: Ranks, message: bytes | None) -> bytes:
    global asked
    if asked == args.stands_before:
        os.kill(os.getpid(), signal.SIGSTOP)
    asked += 1
    return share(self, message)


if os.environ["RANK"] == "1":
    Ranks.share = stand
serve(args.socket, os.getppid(), timedelta(seconds=args.seconds))
os._exit(0)
