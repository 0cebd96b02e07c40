from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from oneshot_engine.direct_file import PIECE_BYTES, FileRef, write_direct

# Parts that end beside, and fill, one piece or several.
sizes = st.lists(
    st.one_of(
        st.integers(0, 5000),
        st.sampled_from([pieces * PIECE_BYTES + off for pieces in (1, 2, 3) for off in range(-2, 3)]),
    ),
    max_size=4,
)


@given(sizes)
def test_a_file_holds_its_parts_and_is_told_by_their_digest(lengths: list[int]):
    parts = [hashlib.shake_128(bytes([k])).digest(length) for k, length in enumerate(lengths)]
    whole = b"".join(parts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(b"what was there before, and is longer" * 100)
        written = write_direct([memoryview(part) for part in parts], path)
        assert path.read_bytes() == whole
    assert written == FileRef.of(whole) == FileRef(hashlib.sha256(whole).hexdigest(), len(whole))
