"""Six digits that a telephone shows, new every half minute (TOTP, RFC 6238). The only module that knows pyotp."""

from datetime import datetime

from pyotp import TOTP, random_base32

ISSUER = "问办"
DIGITS = 6


def new_secret() -> str:
    """A secret for a telephone."""
    return random_base32()


def address_of(secret: str, staff_id: str) -> str:
    """What the telephone's program reads from a QR code (``otpauth://…``)."""
    return TOTP(secret).provisioning_uri(name=staff_id, issuer_name=ISSUER)


def time_of(secret: str, code: str, now: datetime) -> int | None:
    """Which half minute ``code`` belongs to, the present one or a neighbour; None when it is wrong."""
    said = "".join(code.split())
    if not (said.isascii() and said.isdigit() and len(said) == DIGITS):
        return None
    totp = TOTP(secret)
    present = totp.timecode(now)
    return next((at for at in (present, present - 1, present + 1) if totp.generate_otp(at) == said), None)
