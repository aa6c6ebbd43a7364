"""The exponential and the logarithm of geometric means.

Both are fixed sequences of IEEE operations, so that every machine gives the same
bits. This follows the description at the head of scoring/explog.c step by step.
"""

import math

LN2_HIGH = float.fromhex("0x1.62e42fefa2p-1")           # ln 2 to 40 bits
LN2_LOW = float.fromhex("0x1.9ef35793c7673p-41")        # and the rest of it
INVERSE = float.fromhex("0x1.71547652b82fep+0")         # 1 / ln 2
ROOT = float.fromhex("0x1.6a09e667f3bcdp-1")            # the square root of 1/2


def exp(x):
    """e to the power of x."""
    if x > 710:
        return math.inf
    if x < -746:
        return 0.0

    # e^x = 2^k * e^r
    k = math.trunc(x * INVERSE + (-0.5 if x < 0 else 0.5))
    high = x - k * LN2_HIGH
    low = k * LN2_LOW
    r = high - low
    rest = (high - r) - low

    p = 1 / math.factorial(14)
    for n in range(13, 1, -1):
        p = p * r + 1 / math.factorial(n)
    m = 1 + (r + ((r * r) * p + rest))
    try:
        return math.ldexp(m, k)
    except OverflowError:
        return math.inf


def ln(x):
    """The natural logarithm of x, which is greater than 0."""
    if math.isinf(x):
        return x

    # x = 2^k * (1 + f)
    m, k = math.frexp(x)
    if m < ROOT:
        m = m * 2
        k = k - 1
    f = m - 1
    s = f / (2 + f)
    z = s * s

    t = 2 / 21
    for n in range(19, 1, -2):
        t = t * z + 2 / n
    t = t * z
    h = (0.5 * f) * f
    if k == 0:
        return f - (h - s * (h + t))
    return k * LN2_HIGH - ((h - (s * (h + t) + k * LN2_LOW)) - f)
