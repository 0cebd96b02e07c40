"""What transformers would say, in fp32, at each place of some completions, and logits on the way.

Arguments: a Hugging Face folder, a JSON file of `{ prompt, completion }`, lists of tokens, and the file to
write float32 logits into, of every 16th token of each completion in order. Prints the likeliest tokens as
JSON.
"""

import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

EVERY = 16


def main(folder: str, texts: str, file: str) -> None:
    torch.set_num_threads(1)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    said: list[list[int]] = []
    with Path(file).open("wb") as out, torch.inference_mode():
        for text in json.loads(Path(texts).read_text()):
            prompt, completion = text["prompt"], text["completion"]
            logits = model(torch.tensor([prompt + completion[:-1]])).logits[0, len(prompt) - 1 :]
            said.append(logits.argmax(1).tolist())
            out.write(logits[::EVERY].contiguous().numpy().tobytes())
    print(json.dumps(said))


main(*sys.argv[1:])
