"""The passive half of oneshot's trainer: holds tensors and answers verbs over a Unix socket.

`server.py` speaks the protocol, `engine.py` maps verbs to work, `sampler.py` draws completions, `objective.py` adds
gradients up (`losses.py` has the terms, `logprobs.py` the chunked head), `state.py` writes and reads what a checkpoint
needs. The driver in TypeScript owns the loop, the clock and all randomness.
"""
