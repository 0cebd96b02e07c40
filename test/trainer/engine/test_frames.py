from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from oneshot_engine.errors import EngineError
from oneshot_engine.frames import DTYPES, Array, Frame, encode_frame, read_frame
from tiny import GOLDEN

golden = json.loads((GOLDEN / "frames.json").read_text())
arrays = st.one_of([hnp.arrays(dtype, st.integers(0, 9)) for dtype in DTYPES.values()])


def reader(data: bytes) -> Any:
    stream = io.BytesIO(data)

    def read(size: int) -> bytes:
        piece = stream.read(size)
        if len(piece) < size:
            raise EOFError
        return piece

    return read


def ids(cases: list[Any]) -> list[str]:
    return [case["name"] for case in cases]


@pytest.mark.parametrize("case", golden["frames"], ids=ids(golden["frames"]))
def test_frames_are_read_and_written_as_the_driver_does(case: Any):
    tensors = {t["name"]: np.array(t["values"], DTYPES[t["dtype"]]) for t in case["tensors"]}
    assert encode_frame(Frame(case["header"], tensors)).hex() == case["hex"]
    frame = read_frame(reader(bytes.fromhex(case["hex"])))
    assert frame.header == case["header"]
    assert list(frame.tensors) == list(tensors)
    for name, array in tensors.items():
        assert frame.tensors[name].dtype == array.dtype
        np.testing.assert_array_equal(frame.tensors[name], array)


@pytest.mark.parametrize("case", golden["malformed"], ids=ids(golden["malformed"]))
def test_a_malformed_frame_is_a_bad_request(case: Any):
    with pytest.raises(EngineError) as caught:
        read_frame(reader(bytes.fromhex(case["hex"])))
    assert caught.value.code == "BAD_REQUEST"


@given(st.dictionaries(st.text(), arrays, max_size=4), st.integers(0))
def test_frames_survive_a_round_trip(tensors: dict[str, Array], number: int):
    frame = read_frame(reader(encode_frame(Frame({"id": number}, tensors))))
    assert frame.header == {"id": number}
    assert {name: array.tobytes() for name, array in frame.tensors.items()} == {
        name: array.tobytes() for name, array in tensors.items()
    }


def test_half_a_surrogate_pair_in_a_message_is_no_defect():
    frame = read_frame(reader(encode_frame(Frame({"message": "\udc80"}))))
    assert frame.header == {"message": "\udc80"}


@given(st.sampled_from(golden["frames"]), st.data())
def test_damage_is_a_bad_request_or_another_frame_but_never_a_defect(case: Any, data: st.DataObject):
    frame = bytearray.fromhex(case["hex"])
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_frame(reader(bytes(frame)))
    except EngineError as error:
        assert error.code == "BAD_REQUEST"
    except EOFError:
        pass
