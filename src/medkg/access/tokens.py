"""Bearer tokens of a home: made once, shown once, kept as hashes, revoked by their id."""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from medkg.access.caller import Caller, refuse
from medkg.access.files import access_folder, locked, write_private
from medkg.access.roles import Role
from medkg.access.token import Token, check_new, read_token, scopes_of
from medkg.errors import AccessRefused, MedkgError, StoreError
from medkg.store.log import log

_SECRET_BYTES: Final = 32
#: ``medkg``, the id by which the token is found, the secret itself.
_FORM: Final = re.compile(r"medkg_([0-9a-f]{10})_([A-Za-z0-9_-]{43})")
#: What no secret's hash is equal to: compared with where the id is unknown, so that it takes as long as a known one.
_NO_DIGEST: Final = "-" * 64


class Tokens:
    """The tokens of a home, in ``access/tokens.json``. What another process changes counts at once."""

    def __init__(self, home: Path) -> None:
        self.path = Path(home) / "access" / "tokens.json"
        self._home = Path(home)
        self._seen: tuple[int, int, int] | None = None
        self._known: dict[str, Token] = {}

    def create(
        self, name: str, role: Role, graphs: Iterable[str] = (), expires: datetime | None = None
    ) -> tuple[Token, str]:
        """Make a token; give it and its secret, which nobody can read again.

        Raises:
            SettingsError: the name, role, graphs or end cannot be those of a token.
            StoreError: the file cannot be read or written.
        """
        now = _now()
        check_new(name, role, expires, now)
        scopes = scopes_of(role, tuple(dict.fromkeys(graphs)))
        with self._changing() as known:
            key = secrets.token_hex(5)
            while key in known:
                key = secrets.token_hex(5)
            secret = f"medkg_{key}_{secrets.token_urlsafe(_SECRET_BYTES)}"
            token = Token(
                id=key, name=name, role=role, graphs=scopes, created=now, expires=expires, digest=_digest(secret)
            )
            known[key] = token
        return token, secret

    def all(self) -> tuple[Token, ...]:
        """Give all tokens, revoked ones too, oldest first.

        Raises:
            StoreError: the file cannot be read.
        """
        self._refresh()
        return tuple(self._known.values())

    def revoke(self, key: str) -> Token:
        """Revoke a token by its id; a revoked one stays as it was.

        Raises:
            AccessRefused: there is no such token.
            StoreError: the file cannot be read or written.
        """
        with self._changing() as known:
            if key not in known:
                remedy = "See medkg token list."
                raise AccessRefused("there is no such token", known=False, subject=key, remedy=remedy)
            known[key] = replace(known[key], revoked=known[key].revoked or _now())
            return known[key]

    def identify(self, secret: str | None) -> Caller:
        """Give who bears a secret; None is a request without one.

        It costs a look at the file's time, a hash and a comparison that takes the same time whatever it finds.

        Raises:
            AccessRefused: it is missing, wrong, expired or revoked; the log tells them apart, the error does not.
            StoreError: the file cannot be read.
        """
        self._refresh()
        form = _FORM.fullmatch(secret or "")
        token = self._known.get(form[1]) if form else None
        # Only what has the right form is hashed in full: everything else is as short and compared with nothing.
        given = _digest(form[0] if form else "")
        same = hmac.compare_digest(given, token.digest if token else _NO_DIGEST)
        now = _now()
        if token is None or not same:
            refuse("missing" if not secret else "wrong", form[1] if form else None)
        state = token.state(now)
        if state != "valid":
            refuse(state, token.id)
        if token.last_used != now.date():
            self._note_use(token.id, now)
        return token.caller()

    def _note_use(self, key: str, now: datetime) -> None:
        """Keep the day; who asks need not wait for the lock, nor suffer from a disk that cannot be written."""
        try:
            with self._changing(wait=False) as known:
                if key in known:
                    known[key] = replace(known[key], last_used=now.date())
        except MedkgError as error:
            self._known[key] = replace(self._known[key], last_used=now.date())
            log(__name__).warning("last-use-not-kept", token=key, error=str(error))

    def _refresh(self) -> None:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            self._seen, self._known = None, {}
            return
        except OSError as error:
            raise StoreError(f"cannot be read: {error}", subject=str(self.path)) from error
        seen = (status.st_mtime_ns, status.st_ino, status.st_size)
        if seen != self._seen:
            self._known = self._read()
            self._seen = seen

    def _read(self) -> dict[str, Token]:
        try:
            content = json.loads(self.path.read_bytes())
            tokens = [read_token(item) for item in content["tokens"]]
        except FileNotFoundError:
            return {}
        except (OSError, KeyError, TypeError, ValueError) as error:
            remedy = "Restore it from a backup; until then no token is accepted."
            raise StoreError(f"cannot be read: {error}", subject=str(self.path), remedy=remedy) from error
        return {token.id: token for token in tokens}

    @contextmanager
    def _changing(self, *, wait: bool = True) -> Iterator[dict[str, Token]]:
        """Give the tokens under the lock and keep what was made of them; keep nothing where another holds the lock."""
        with locked(access_folder(self._home) / "tokens.lock", wait=wait) as held:
            known = self._read()
            before = dict(known)
            yield known
            if held and known != before:
                content = {"version": 1, "tokens": [_kept(token) for token in known.values()]}
                write_private(self.path, json.dumps(content, indent=1).encode() + b"\n")


def _kept(token: Token) -> dict[str, object]:
    return {**token.as_dict(), "digest": token.digest}


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
