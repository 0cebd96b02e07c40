"""The passive half of oneshot's trainer: holds tensors and answers verbs over a Unix socket.

`server.py` speaks the protocol (`frames.py`, `protocol.py`), `engine.py` maps verbs to work, and
`read_tensors.py` reads what comes with them. `sampler.py` draws completions (`decoder.py` steps the model,
`philox.py` and `inverse_cdf.py` choose). `objective.py` adds gradients up (`batching.py` cuts passes,
`passes.py` deals them to ranks, `logprobs.py` has the chunked head, `losses.py` the terms). `state.py` and
`export_hf.py` write what a checkpoint needs, while other verbs go on, `publish_hf.py` what a sampler's
server takes. The driver in TypeScript owns the loop, the clock and all randomness.
"""
