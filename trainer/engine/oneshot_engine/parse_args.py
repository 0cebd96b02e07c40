"""Checking JSON against dataclasses, as zod does on the driver's side."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from oneshot_engine.errors import EngineError

Parsed = TypeVar("Parsed")


@dataclass(frozen=True)
class AtLeast:
    """A lower limit, itself allowed."""

    limit: float

    def allows(self, value: float) -> bool:
        """Whether the limit holds."""
        return value >= self.limit


@dataclass(frozen=True)
class AtMost:
    """An upper limit, itself allowed."""

    limit: float

    def allows(self, value: float) -> bool:
        """Whether the limit holds."""
        return value <= self.limit


@dataclass(frozen=True)
class Above:
    """A lower limit, itself not allowed."""

    limit: float

    def allows(self, value: float) -> bool:
        """Whether the limit holds."""
        return value > self.limit


def parse_args(kind: type[Parsed], value: object, where: str) -> Parsed:
    """An instance of a dataclass from a JSON object whose keys are its fields in camel case.

    Fields may be finite numbers, strings, literals, `X | None`, tuples, dataclasses, and `Annotated` with
    limits.

    Args:
        kind: the dataclass.
        value: what JSON made of it; keys it does not know are ignored.
        where: name of the value, for messages.

    Raises:
        EngineError: `BAD_REQUEST`, whose `detail.where` is the path of the first fault.
    """
    if not isinstance(value, dict):
        raise _fault(where, "is no object")
    fields = cast(dict[str, object], value)
    hints = get_type_hints(kind, include_extras=True)
    parsed: dict[str, Any] = {}
    for field in dataclasses.fields(cast(Any, kind)):
        key = _camel(field.name)
        path = f"{where}.{key}"
        if key not in fields:
            raise _fault(path, "is missing")
        parsed[field.name] = _parse(hints[field.name], fields[key], path)
    return kind(**parsed)


def _parse(hint: Any, value: object, where: str) -> object:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        parsed = _parse(arguments[0], value, where)
        for limit in arguments[1:]:
            if not limit.allows(parsed):
                raise _fault(where, f"is {value}, not {limit}")
        return parsed
    if origin is UnionType:
        return None if value is None and NoneType in arguments else _parse(arguments[0], value, where)
    if origin is Literal:
        if value not in arguments:
            raise _fault(where, f"is {value!r}, not one of {', '.join(map(repr, arguments))}")
        return value
    if origin is tuple:
        return _tuple(arguments, value, where)
    if dataclasses.is_dataclass(hint):
        return parse_args(cast(type, hint), value, where)
    parsed = _SCALARS[hint](value)
    if parsed is None:
        raise _fault(where, f"is {value!r}, not of type {hint.__name__}")
    return parsed


def _tuple(arguments: tuple[Any, ...], value: object, where: str) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise _fault(where, "is no array")
    items = cast(list[object], value)
    hints = arguments[:1] * len(items) if arguments[-1] is Ellipsis else arguments
    if len(hints) != len(items):
        raise _fault(where, f"has {len(items)} elements, not {len(hints)}")
    return tuple(
        _parse(hint, item, f"{where}[{i}]") for i, (hint, item) in enumerate(zip(hints, items, strict=True))
    )


def _integer(value: object) -> int | None:
    number = _float(value)
    return int(number) if number is not None and number.is_integer() else None


def _float(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # an integer beyond the largest float
        return None
    return number if math.isfinite(number) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


_SCALARS: dict[Any, Callable[[object], object | None]] = {
    bool: _flag,
    int: _integer,
    float: _float,
    str: _text,
}


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


def _fault(where: str, fault: str) -> EngineError:
    return EngineError("BAD_REQUEST", f"{where} {fault}", detail={"where": where})
