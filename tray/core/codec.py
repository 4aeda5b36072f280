"""Turns the frozen values of `core.model` into JSON and back, driven by their type hints."""

from __future__ import annotations

import math
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[[object], Any]  # a JSON value in, the value out; raises ValueError

T = TypeVar("T")

_DIGITS_MAX = 40  # a number like 1E+999999999 would fill the memory once it is written out


def encode(value: object) -> Any:
    """The value as JSON-able data: dataclass -> object, tuple -> array, Decimal -> string, enum -> its value.

    A float that JSON has no word for becomes null. Raises `TypeError` for a kind of value the model does not
    have.
    """
    kind: Any = type(value)
    if kind is str or kind is bool or kind is int or value is None:
        return value
    if kind is float:
        return value if math.isfinite(value) else None  # type: ignore[arg-type]
    if kind is tuple:
        return [encode(item) for item in value]  # type: ignore[attr-defined]
    if kind is Decimal:
        return str(value)
    if isinstance(value, Enum):
        return value.value
    return {name: encode(getattr(value, name)) for name in _names(kind)}


def decode(cls: type[T], data: object) -> T:
    """The value that `encode` wrote, tolerant per element.

    An unknown key is ignored, a bad element of a tuple is dropped, a bad field takes its default. Raises
    `ValueError` where a field without a default is bad or missing.
    """
    hint: Any = cls
    value: T = _reader(hint)(data)
    return value


@cache
def _names(cls: type) -> tuple[str, ...]:
    if not is_dataclass(cls):
        raise TypeError(f"no JSON form for {cls.__name__}")
    return tuple(field.name for field in fields(cls))


@cache
def _reader(hint: Any) -> Reader:
    """The function that reads one kind of value; made once for each type hint."""
    simple = _SIMPLE.get(hint)
    if simple is not None:
        return simple
    origin = get_origin(hint)
    if origin is tuple:
        return _tuple_reader(get_args(hint)[0])
    if origin is Union or origin is UnionType:
        (inner,) = (part for part in get_args(hint) if part is not NoneType)
        return _optional_reader(_reader(inner))
    if is_dataclass(hint) and isinstance(hint, type):
        return _record_reader(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    raise TypeError(f"no JSON form for {hint}")


def _tuple_reader(element: Any) -> Reader:
    read = _reader(element)

    def read_tuple(data: object) -> tuple[Any, ...]:
        if not isinstance(data, list):
            raise ValueError("not an array")  # noqa: TRY004 - readers know one error
        found = []
        for item in data:
            try:
                found.append(read(item))
            except ValueError:
                continue
        return tuple(found)

    return read_tuple


def _optional_reader(read: Reader) -> Reader:
    return lambda data: None if data is None else read(data)


def _record_reader(cls: type) -> Reader:
    hints = get_type_hints(cls)
    readers = [
        (
            field.name,
            _reader(hints[field.name]),
            field.default is MISSING and field.default_factory is MISSING,
        )
        for field in fields(cls)
    ]

    def read_record(data: object) -> Any:
        if not isinstance(data, dict):
            raise ValueError(f"{cls.__name__}: not an object")  # noqa: TRY004
        known: dict[str, Any] = {}
        for name, read, required in readers:
            try:
                known[name] = read(data[name])
            except (KeyError, ValueError):
                if required:
                    raise ValueError(f"{cls.__name__}: {name} is missing or bad") from None
        return cls(**known)

    return read_record


def _text(data: object) -> str:
    if isinstance(data, str):
        return data
    raise ValueError("not a string")


def _flag(data: object) -> bool:
    if isinstance(data, bool):
        return data
    raise ValueError("neither true nor false")


def _whole(data: object) -> int:
    if isinstance(data, int) and not isinstance(data, bool):
        return data
    raise ValueError("not a whole number")


def _real(data: object) -> float:
    if isinstance(data, (int, float)) and not isinstance(data, bool):
        try:
            number = float(data)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise ValueError("not a number")


def _exact(data: object) -> Decimal:
    if isinstance(data, str):
        try:
            number = Decimal(data)
        except InvalidOperation:
            raise ValueError("not a decimal number") from None
        if number.is_finite() and abs(number.adjusted()) <= _DIGITS_MAX:
            return number
    raise ValueError("not a decimal number")


_SIMPLE: dict[Any, Reader] = {str: _text, bool: _flag, int: _whole, float: _real, Decimal: _exact}
