"""The unified social credit code of a Chinese company (统一社会信用代码), as GB 32100-2015 writes and checks it. Pure."""

#: The signs of the code, in the order of their values (GB 32100-2015, table 4): no I, O, S, V, Z.
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18


def read(typed: str) -> str:
    """The code without the spaces and in the capitals it is printed in; full-width signs as the plain ones."""
    plain = "".join(chr(ord(sign) - 0xFEE0) if 0xFF01 <= ord(sign) <= 0xFF5E else sign for sign in typed)
    return "".join(plain.split()).replace("-", "").upper()


def check_sign(code: str) -> str:
    """The last sign that belongs to the first 17 (GB 32100-2015, 5.2: weights 3^(i-1), modulo 31). Raises ValueError."""
    if len(code) < LENGTH - 1:
        raise ValueError("too short")
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[: LENGTH - 1]))
    return SIGNS[-total % 31]


def is_valid(code: str) -> bool:
    """Whether it has 18 allowed signs of which the last checks the others."""
    return len(code) == LENGTH and all(sign in SIGNS for sign in code) and code[-1] == check_sign(code)
