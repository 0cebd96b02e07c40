"""Reads an exported model as others do: are its weights those of a checkpoint, rounded by torch?"""

import json
import sys

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

exported, checkpoint = sys.argv[1:]
model = AutoModelForCausalLM.from_pretrained(exported, dtype="auto")
tokenizer = AutoTokenizer.from_pretrained(exported)
before = load_file(f"{checkpoint}/model.safetensors")
state = model.state_dict()
differing = [name for name, tensor in before.items() if not torch.equal(tensor.to(model.dtype), state[name])]
prompt = tokenizer.apply_chat_template([{"role": "user", "content": "solve 7 x + 2 = 51"}], tokenize=False)
print(
    json.dumps({"dtype": str(model.dtype), "tensors": len(before), "differing": differing, "prompt": prompt})
)
