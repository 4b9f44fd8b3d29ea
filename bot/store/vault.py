"""Sealing personal data at rest: Fernet (AES-128-CBC with HMAC-SHA-256), the only module that knows cryptography.

One master key seals what belongs to no case, and each case's own key. Everything personal of a case is sealed with
the case's key: forgetting that key erases all of it at once, and a new master key means sealing only the keys anew.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.store.errors import StoreError

_WRONG = "数据密钥不对，打不开已保存的个人信息。请把原来的密钥也写进 WENBAN_KEY（新的在前，逗号隔开）。"


class Seal:
    """Seals and opens with one key, or with the first of several."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, data: str | bytes) -> bytes:
        """``data`` sealed."""
        return self._fernet.encrypt(data.encode() if isinstance(data, str) else data)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed. Raises StoreError for a wrong key or damaged data."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise StoreError(_WRONG) from error

    def text(self, sealed: bytes) -> str:
        """The text that was sealed. Raises StoreError."""
        return self.open(sealed).decode()

    def renew(self, sealed: bytes) -> bytes:
        """The same under the first key. Raises StoreError."""
        return self.seal(self.open(sealed))


class Vault(Seal):
    """The master key: newest first. Raises StoreError for a malformed key."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            super().__init__([key.strip().encode() for key in keys if key.strip()])
        except ValueError as error:
            raise StoreError("WENBAN_KEY 不是可用的密钥。请用 wenban store key 生成一个。") from error

    def new_key(self) -> bytes:
        """A fresh key for a case, sealed."""
        return self.seal(Fernet.generate_key())

    def of(self, sealed_key: bytes) -> Seal:
        """The seal of a case. Raises StoreError."""
        return Seal([self.open(sealed_key)])


def new_master_key() -> str:
    """A fresh master key."""
    return Fernet.generate_key().decode()


def key_from_file(path: Path) -> str:
    """The master key in ``path``; made (readable by its owner only) when there is none. Raises StoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        if not path.exists():
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                out.write(new_master_key())
                out.flush()
                os.fsync(out.fileno())
            # two processes may start at once: linking fails for the second, which then reads the first one's key
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"密钥文件 {path} 读写不了。请检查权限，或设置 WENBAN_KEY。") from error


def digest(pepper: bytes, text: str) -> str:
    """A keyed digest to find ``text`` again without keeping it."""
    return base64.b32encode(hmac.new(pepper, text.encode(), hashlib.sha256).digest()[:20]).decode()
