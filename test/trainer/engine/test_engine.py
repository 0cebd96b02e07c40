from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from oneshot_engine import model as model_module
from oneshot_engine import objective
from oneshot_engine.errors import EngineError
from safetensors.numpy import load_file, save_file
from tiny import ADAMW, LLAMA, LOSS, MODELS, QWEN2, Caller, created, sequences, streams, trajectory


def code(call: Caller, verb: str, args: dict[str, Any], tensors: Any = None) -> str:
    """The error of a request that must fail."""
    with pytest.raises(EngineError) as caught:
        call(verb, args, tensors)
    return caught.value.code


def backward(call: Caller, **changes: Any) -> Any:
    batch = sequences()
    args = {"temperature": 0.6, "loss": LOSS}
    return call("forward_backward", args, {**batch, **streams(batch), **changes})


def step(call: Caller) -> float:
    return call("optim_step", {"slot": "policy", "learningRate": 1e-3, "clipNorm": 1.0})["gradNorm"]


def model_folder(tmp_path: Path, source: str = QWEN2) -> Path:
    return Path(shutil.copytree(source, tmp_path / "model"))


def stored(call: Caller, folder: Path) -> dict[str, bytes]:
    """Weights and optimizer state, written into a folder, as bytes."""
    folder.mkdir()
    call("save_state", {"model": str(folder), "directory": str(folder)})
    return {file.name: file.read_bytes() for file in folder.glob("*.safetensors")}


def test_a_trajectory_repeats_bit_for_bit(tmp_path: Path):
    runs: list[Any] = []
    for name in ("a", "b"):
        call = created()
        runs.append((trajectory(call, 1, 4), stored(call, tmp_path / name)))
    assert runs[0] == runs[1]


@pytest.mark.parametrize("decay", ["all", "matrices"])
def test_a_trajectory_goes_on_bit_for_bit_from_stored_state(tmp_path: Path, decay: str):
    whole = created(optimizer={**ADAMW, "decay": decay})
    expected = trajectory(whole, 1, 6)
    half = created(optimizer={**ADAMW, "decay": decay})
    assert trajectory(half, 1, 3) == expected[:3]
    stored(half, tmp_path / "state")
    resumed = created(optimizer={**ADAMW, "decay": decay})
    folder = str(tmp_path / "state")
    resumed("load_state", {"model": folder, "directory": folder})
    assert trajectory(resumed, 4, 6) == expected[3:]
    assert stored(resumed, tmp_path / "resumed") == stored(whole, tmp_path / "whole")


def test_loading_state_clears_gradients(tmp_path: Path):
    call = created()
    stored(call, tmp_path / "state")
    backward(call)
    folder = str(tmp_path / "state")
    call("load_state", {"model": folder, "directory": folder})
    assert step(call) == 0


@pytest.mark.parametrize("name", ["qwen2-tied", "qwen2-untied-sharded-bf16", "llama-tied-biased-f16"])
def test_an_export_is_the_model_in_fp32_with_tied_weights_once(tmp_path: Path, name: str):
    source = str(MODELS / name)
    files = created(source)("export_hf", {"directory": str(tmp_path)})["files"]
    assert sorted(files) == sorted(path.name for path in tmp_path.iterdir())
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["dtype"] == "float32"
    weights = load_file(tmp_path / "model.safetensors")
    assert {array.dtype for array in weights.values()} == {np.dtype(np.float32)}
    assert ("lm_head.weight" in weights) == (not config["tie_word_embeddings"])
    batch = sequences()
    forward = ("forward", {"slot": "policy", "temperature": 1.0}, batch)
    np.testing.assert_array_equal(
        created(str(tmp_path))(*forward)["logprobs"], created(source)(*forward)["logprobs"]
    )


def test_the_reference_stays_as_it_was():
    call = created()
    batch = sequences()

    def logprobs(slot: str) -> Any:
        return call("forward", {"slot": slot, "temperature": 0.6}, batch)["logprobs"]

    before = logprobs("reference")
    np.testing.assert_array_equal(logprobs("policy"), before)
    backward(call)
    step(call)
    np.testing.assert_array_equal(logprobs("reference"), before)
    assert (logprobs("policy") != before).any()


def test_a_step_clips_by_the_global_norm(tmp_path: Path):
    free, clipped = created(), created()
    for call in (free, clipped):
        backward(call)
    norm = free("optim_step", {"slot": "policy", "learningRate": 0, "clipNorm": 0})["gradNorm"]
    # What is reported is the norm before clipping.
    assert (
        clipped("optim_step", {"slot": "policy", "learningRate": 0, "clipNorm": norm / 2})["gradNorm"] == norm
    )
    moments: list[dict[str, NDArray[np.float32]]] = []
    for call, name in ((free, "free"), (clipped, "clipped")):
        stored(call, tmp_path / name)
        moments.append(load_file(tmp_path / name / "optimizer.safetensors"))
    assert any(key.startswith("exp_avg.") and array.any() for key, array in moments[0].items())
    for key, array in moments[0].items():
        share = {"exp_avg": 0.5, "exp_avg_sq": 0.25, "step": 1}[key.split(".")[0]]
        np.testing.assert_allclose(moments[1][key], array * share, rtol=1e-4)


def test_a_learning_rate_of_0_moves_moments_only(tmp_path: Path):
    call = created()
    before = stored(call, tmp_path / "before")
    backward(call)
    call("optim_step", {"slot": "policy", "learningRate": 0, "clipNorm": 1.0})
    after = stored(call, tmp_path / "after")
    assert before["model.safetensors"] == after["model.safetensors"]
    moments = load_file(tmp_path / "after" / "optimizer.safetensors")
    assert moments["step.model.norm.weight"] == 1
    assert moments["exp_avg.model.norm.weight"].any()


def test_decay_of_matrices_leaves_vectors_alone(tmp_path: Path):
    call = created(optimizer={**ADAMW, "weightDecay": 0.5, "decay": "matrices", "eps": 1e30})
    before = load_file(Path(QWEN2) / "model.safetensors")
    backward(call)  # with this eps the gradient itself moves nothing
    call("optim_step", {"slot": "policy", "learningRate": 0.1, "clipNorm": 0})
    call("export_hf", {"directory": str(tmp_path)})
    for name, array in load_file(tmp_path / "model.safetensors").items():
        factor = 0.95 if array.ndim > 1 else 1.0
        np.testing.assert_allclose(array, before[name] * factor, rtol=1e-6)


def test_nonfinite_drops_all_gradients():
    call = created()
    backward(call)
    tokens = len(streams(sequences())["weights"])
    broken = np.full(tokens, np.nan, np.float32)
    with pytest.raises(EngineError) as caught:
        backward(call, advantages=broken)
    assert caught.value.code == "NONFINITE"
    assert step(call) == 0
    expected = created()
    backward(expected)
    backward(call)
    assert step(call) == step(expected)


def test_a_gradient_that_is_not_finite_is_never_applied(tmp_path: Path):
    call = created()
    tokens = len(streams(sequences())["weights"])
    # A loss whose terms cancel to 0 while each gradient overflows.
    backward(call, weights=np.full(tokens, 3e38, np.float32), advantages=np.zeros(tokens, np.float32))
    before = stored(call, tmp_path / "before")
    assert code(call, "optim_step", {"slot": "policy", "learningRate": 1e-3, "clipNorm": 1.0}) == "NONFINITE"
    assert stored(call, tmp_path / "after") == before
    assert step(call) == 0


@pytest.mark.parametrize("slot", ["policy", "critic"])
def test_a_step_whose_result_is_not_finite_is_refused(slot: str):
    call = created(critic={"seed": 1, "optimizer": ADAMW})
    backward(call)
    batch = sequences()
    values = int((batch["lengths"] - batch["promptLengths"] + 1).sum())
    names = ("weights", "returns", "oldValues")
    call("critic_forward_backward", {"clip": 1}, {**batch, **{n: np.ones(values, np.float32) for n in names}})
    args = {"slot": slot, "learningRate": 1e39, "clipNorm": 1.0}
    assert code(call, "optim_step", args) == "NONFINITE"


def test_moments_that_are_not_finite_are_refused(tmp_path: Path):
    call = created()
    backward(call)
    step(call)
    stored(call, tmp_path / "state")
    moments = load_file(tmp_path / "state" / "optimizer.safetensors")
    for name in ("exp_avg.model.norm.weight", "exp_avg_sq.model.norm.weight"):
        (tmp_path / name).mkdir()
        damaged = {**moments, name: np.full_like(moments[name], np.inf)}
        save_file(damaged, tmp_path / name / "optimizer.safetensors")
        folders = {"model": str(tmp_path / "state"), "directory": str(tmp_path / name)}
        with pytest.raises(EngineError, match=name) as refusal:
            call("load_state", folders)
        assert refusal.value.code == "STATE_INVALID"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_weight_that_is_not_finite_is_refused_by_name(tmp_path: Path, bad: float):
    folder = model_folder(tmp_path)
    weights = load_file(folder / "model.safetensors")
    weights["model.layers.1.mlp.up_proj.weight"][3, 2] = bad
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(EngineError, match=r"layers\.1\.mlp\.up_proj\.weight.*not finite") as refusal:
        created(str(folder))
    assert refusal.value.code == "MODEL_INVALID"


def test_a_tied_head_beside_another_one_is_refused_and_an_equal_one_is_not(tmp_path: Path):
    folder = model_folder(tmp_path)
    weights = load_file(folder / "model.safetensors")
    head = weights["model.embed_tokens.weight"].copy()
    save_file({**weights, "lm_head.weight": head}, folder / "model.safetensors", {"format": "pt"})
    created(str(folder))
    head[0, 0] += 1
    save_file({**weights, "lm_head.weight": head}, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(EngineError, match="tie_word_embeddings"):
        created(str(folder))


def test_weights_that_the_model_has_no_place_for_are_refused_rotary_frequencies_aside(tmp_path: Path):
    folder = model_folder(tmp_path)
    weights = load_file(folder / "model.safetensors")
    name = "model.layers.0.self_attn.rotary_emb.inv_freq"
    save_file({**weights, name: np.ones(2, np.float32)}, folder / "model.safetensors", {"format": "pt"})
    created(str(folder))
    name = "model.layers.0.self_attn.q_norm.weight"
    save_file({**weights, name: np.ones(2, np.float32)}, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(EngineError, match="q_norm"):
        created(str(folder))


def test_log_probabilities_and_values_that_overflow_are_refused(tmp_path: Path):
    folder = model_folder(tmp_path)
    weights = load_file(folder / "model.safetensors")
    weights["model.norm.weight"][:] = 3e38
    save_file(weights, folder / "model.safetensors", {"format": "pt"})

    def unchecked(_model: object, _folder: str) -> None:
        """The logits of this model cannot be compared."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model_module, "_check_head", unchecked)
        call = created(str(folder), critic={"seed": 1, "optimizer": ADAMW})
    for slot in ("policy", "reference"):
        assert code(call, "forward", {"slot": slot, "temperature": 1}, sequences()) == "NONFINITE"
    assert code(call, "critic_forward", {}, sequences()) == "NONFINITE"
    sampling = {"samples": 1, "temperature": 1, "topP": 1, "maxTokens": 3, "stop": [], "seed": 0, "step": 0}
    prompt = {"tokens": np.array([1], np.int32), "lengths": np.array([1], np.int32)}
    assert code(call, "sample", sampling, {**prompt, "rows": np.array([0], np.int32)}) == "NONFINITE"


def test_out_of_memory_drops_all_gradients_and_suggests_a_smaller_budget(monkeypatch: pytest.MonkeyPatch):
    call = created()
    backward(call)

    def exhaust(*_: Any) -> torch.Tensor:
        return torch.empty(2**50)  # what torch says is the message that counts

    with monkeypatch.context() as patch, pytest.raises(EngineError) as caught:
        patch.setattr(model_module.Model, "head_parameters", exhaust)
        backward(call)
    assert caught.value.code == "OOM"
    assert caught.value.detail == {"tokenBudget": 256}
    assert step(call) == 0


def test_a_smaller_token_budget_holds_from_then_on(monkeypatch: pytest.MonkeyPatch):
    call, batch = created(), sequences()
    widths: list[int] = []
    unpatched = objective.batches

    def watched(batch: Any, token_budget: int) -> Any:
        widths.append(token_budget)
        return unpatched(batch, token_budget)

    monkeypatch.setattr(objective, "batches", watched)
    args = {"slot": "policy", "temperature": 0.6}
    before = call("forward", args, batch)["logprobs"]
    call("set_token_budget", {"tokenBudget": 64})
    after = call("forward", args, batch)["logprobs"]
    assert widths == [512, 64]
    np.testing.assert_allclose(after, before, rtol=2e-6, atol=2e-6)


def test_a_defect_drops_all_gradients_too(monkeypatch: pytest.MonkeyPatch):
    call = created()
    backward(call)
    with monkeypatch.context() as patch, pytest.raises(AttributeError):
        patch.delattr(model_module.Model, "head_parameters")
        backward(call)
    assert step(call) == 0


@pytest.mark.parametrize(
    "verb", ["sample", "forward", "forward_backward", "optim_step", "save_state", "load_state"]
)
def test_verbs_need_a_model(verb: str):
    args = {
        "sample": {
            "samples": 1,
            "temperature": 1,
            "topP": 1,
            "maxTokens": 1,
            "stop": [],
            "seed": 0,
            "step": 0,
        },
        "forward": {"slot": "policy", "temperature": 1},
        "forward_backward": {"temperature": 1, "loss": LOSS},
        "optim_step": {"slot": "policy", "learningRate": 0, "clipNorm": 0},
        "save_state": {"model": "/", "directory": "/"},
        "load_state": {"model": "/", "directory": "/"},
    }[verb]
    assert code(Caller(), verb, args) == "NOT_CREATED"


class TestRequestsThatDoNotFit:
    """Each is a BAD_REQUEST, and the engine lives on."""

    call: Caller

    @pytest.fixture(scope="class", autouse=True)
    def _engine(self, request: pytest.FixtureRequest) -> None:
        cls: Any = request.cls
        cls.call = created(reference=None)

    def forward(self, slot: str = "policy", **changes: Any) -> str:
        tensors = {name: array for name, array in {**sequences(), **changes}.items() if array is not None}
        return code(self.call, "forward", {"slot": slot, "temperature": 1}, tensors)

    def test_an_unknown_verb(self):
        assert code(self.call, "publish_weights", {}) == "BAD_REQUEST"

    def test_another_protocol_version(self):
        assert code(self.call, "hello", {"protocolVersion": 1}) == "BAD_REQUEST"

    def test_a_reference_that_was_not_created(self):
        assert self.forward("reference") == "BAD_REQUEST"

    @pytest.mark.parametrize(
        "changes",
        [
            {"tokens": None},
            {"tokens": sequences()["tokens"].astype(np.float32)},
            {"tokens": sequences()["tokens"] + 43},
            {"tokens": sequences()["tokens"] - 38},
            {"lengths": sequences()["lengths"] + 1},
            {"lengths": sequences()["lengths"][:-1]},
            {"promptLengths": sequences()["lengths"]},
            {"promptLengths": sequences()["promptLengths"] * 0},
            {
                "tokens": np.zeros(513, np.int32),
                "lengths": np.array([513], np.int32),
                "promptLengths": np.array([1], np.int32),
            },
        ],
    )
    def test_sequences_that_do_not_fit(self, changes: Any):
        assert self.forward(**changes) == "BAD_REQUEST"

    @pytest.mark.parametrize("missing", ["weights", "advantages", "referenceLogprobs"])
    def test_a_stream_that_is_missing_or_short(self, missing: str):
        batch = sequences()
        tensors = {**batch, **streams(batch)}
        args = {"temperature": 1, "loss": LOSS}
        short = {**tensors, missing: tensors[missing][1:]}
        del tensors[missing]
        assert code(self.call, "forward_backward", args, tensors) == "BAD_REQUEST"
        assert code(self.call, "forward_backward", args, short) == "BAD_REQUEST"

    @pytest.mark.parametrize(
        "changes",
        [
            {
                "tokens": np.zeros(0, np.int32),
                "lengths": np.zeros(0, np.int32),
                "rows": np.zeros(0, np.int32),
            },
            {"lengths": np.array([3, 0], np.int32), "rows": np.array([0, 1], np.int32)},
            {"lengths": np.array([2], np.int32)},
            {"rows": np.array([0, 1], np.int32)},
            {"rows": np.array([-1], np.int32)},
            {"tokens": np.zeros(512, np.int32), "lengths": np.array([512], np.int32)},
        ],
    )
    def test_prompts_that_do_not_fit(self, changes: Any):
        args = {"samples": 1, "temperature": 1, "topP": 1, "maxTokens": 1, "stop": [], "seed": 0, "step": 0}
        one = {
            "tokens": np.array([1, 2, 3], np.int32),
            "lengths": np.array([3], np.int32),
            "rows": np.array([0], np.int32),
        }
        assert code(self.call, "sample", args, {**one, **changes}) == "BAD_REQUEST"
        assert len(self.call("sample", args, one)["tokens"]) == 1

    def test_a_folder_that_is_not_there(self, tmp_path: Path):
        here, none = str(tmp_path), str(tmp_path / "none")
        assert code(self.call, "export_hf", {"directory": none}) == "BAD_REQUEST"
        for model, directory in ((here, none), (none, here)):
            assert code(self.call, "save_state", {"model": model, "directory": directory}) == "BAD_REQUEST"
        assert list(tmp_path.iterdir()) == []


class TestModelsThatCannotBeLoaded:
    """Each is MODEL_INVALID with a message that names the folder."""

    def refused(self, folder: Path, fault: str = "") -> bool:
        with pytest.raises(EngineError) as caught:
            created(str(folder))
        message = caught.value.message
        return caught.value.code == "MODEL_INVALID" and str(folder) in message and fault in message

    def test_no_folder(self, tmp_path: Path):
        assert self.refused(tmp_path / "none")

    def test_weights_cut_off(self, tmp_path: Path):
        folder = model_folder(tmp_path)
        weights = folder / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:-100])
        assert self.refused(folder)

    def test_weights_that_are_no_safetensors(self, tmp_path: Path):
        folder = model_folder(tmp_path)
        (folder / "model.safetensors").write_bytes(b"\x80\x04not a pickle either")
        assert self.refused(folder)

    def test_pickled_weights(self, tmp_path: Path):
        folder = model_folder(tmp_path)
        weights = load_file(folder / "model.safetensors")
        (folder / "model.safetensors").unlink()
        torch.save({k: torch.from_numpy(v) for k, v in weights.items()}, folder / "pytorch_model.bin")
        assert self.refused(folder)

    def test_a_missing_shard(self, tmp_path: Path):
        folder = model_folder(tmp_path, str(MODELS / "qwen2-untied-sharded-bf16"))
        (folder / "model-00002-of-00003.safetensors").unlink()
        assert self.refused(folder)

    def test_a_missing_tensor(self, tmp_path: Path):
        folder = model_folder(tmp_path)
        weights = load_file(folder / "model.safetensors")
        del weights["model.layers.1.mlp.up_proj.weight"]
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        assert self.refused(folder)

    def test_a_tensor_of_another_shape(self, tmp_path: Path):
        folder = model_folder(tmp_path)
        weights = load_file(folder / "model.safetensors")
        weights["model.norm.weight"] = weights["model.norm.weight"][:-1]
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        assert self.refused(folder)

    def test_an_unknown_architecture(self, tmp_path: Path):
        folder = model_folder(tmp_path)
        (folder / "config.json").write_text('{"model_type": "abacus"}')
        assert self.refused(folder)

    def test_a_config_that_is_no_json(self, tmp_path: Path):
        folder = model_folder(tmp_path)
        (folder / "config.json").write_text("{")
        assert self.refused(folder)

    def test_code_of_its_own(self, tmp_path: Path):
        folder = model_folder(tmp_path)
        config = json.loads((folder / "config.json").read_text())
        auto = {"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"}
        (folder / "config.json").write_text(json.dumps({**config, "model_type": "own", "auto_map": auto}))
        (folder / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
        assert self.refused(folder)
        assert not (tmp_path / "ran").exists()

    def test_logits_that_are_changed_after_the_head(self, tmp_path: Path):
        from transformers import GraniteConfig, GraniteForCausalLM

        config = GraniteConfig(
            vocab_size=20,
            hidden_size=8,
            intermediate_size=8,
            num_hidden_layers=1,
            num_attention_heads=1,
            num_key_value_heads=1,
            logits_scaling=3.0,
            pad_token_id=0,
        )
        GraniteForCausalLM(config).save_pretrained(tmp_path)
        assert self.refused(tmp_path, "after the head")


class TestStateThatCannotBeLoaded:
    """Each is STATE_INVALID and leaves the engine as it was."""

    def refused(self, folder: Path) -> bool:
        call = created()
        answer = code(call, "load_state", {"model": str(folder), "directory": str(folder)})
        return answer == "STATE_INVALID" and trajectory(call, 1, 1) == trajectory(created(), 1, 1)

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        call = created()
        trajectory(call, 1, 1)
        stored(call, tmp_path / "state")
        return tmp_path / "state"

    def change(self, folder: Path, name: str, array: Any) -> None:
        tensors: dict[str, Any] = {**load_file(folder / "optimizer.safetensors"), name: array}
        save_file(
            {key: value for key, value in tensors.items() if value is not None},
            folder / "optimizer.safetensors",
        )

    def test_no_file(self, folder: Path):
        (folder / "optimizer.safetensors").unlink()
        assert self.refused(folder)

    def test_a_file_cut_off(self, folder: Path):
        file = folder / "optimizer.safetensors"
        file.write_bytes(file.read_bytes()[:-1])
        assert self.refused(folder)

    def test_a_moment_that_is_missing(self, folder: Path):
        self.change(folder, "exp_avg.model.norm.weight", None)
        assert self.refused(folder)

    def test_a_moment_of_another_shape(self, folder: Path):
        self.change(folder, "exp_avg_sq.model.norm.weight", np.zeros(3, np.float32))
        assert self.refused(folder)

    def test_a_moment_of_another_dtype(self, folder: Path):
        self.change(folder, "exp_avg_sq.model.norm.weight", np.zeros(24, np.float16))
        assert self.refused(folder)

    def test_a_parameter_that_the_model_lacks(self, folder: Path):
        self.change(folder, "exp_avg.model.extra", np.zeros(3, np.float32))
        assert self.refused(folder)

    def test_weights_of_another_model(self, tmp_path: Path):
        call = created(LLAMA)
        stored(call, tmp_path / "state")  # no moments yet, so that they fit any model
        assert self.refused(tmp_path / "state")


@pytest.mark.parametrize(
    ("verb", "file"), [("save_state", "optimizer"), ("save_state", "model"), ("export_hf", "model")]
)
def test_a_file_that_cannot_be_written_is_a_disk_error(tmp_path: Path, verb: str, file: str):
    (tmp_path / f"{file}.safetensors").mkdir()
    folder = {"directory": str(tmp_path)}
    args = folder if verb == "export_hf" else {"model": str(tmp_path), **folder}
    assert code(created(), verb, args) == "DISK"


@pytest.mark.parametrize("call", [Caller(), created()], ids=["before create", "after it"])
def test_status_says_how_much_memory_there_was(call: Caller):
    peak = call("status", {})["peakBytes"]
    assert list(peak) == ["engine"]
    assert peak["engine"] > 50_000_000
