"""Objects, answers, events and faults in one SQLite file, so that a restart forgets nothing."""

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS objects (id TEXT PRIMARY KEY, kind TEXT, created REAL, body TEXT);
CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, digest TEXT, status INTEGER, body TEXT);
CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, due REAL, tries INTEGER, delivered INTEGER DEFAULT 0, body TEXT);
CREATE TABLE IF NOT EXISTS requests (n INTEGER PRIMARY KEY, method TEXT, path TEXT, key TEXT, status INTEGER);
CREATE TABLE IF NOT EXISTS faults (n INTEGER PRIMARY KEY, kind TEXT, method TEXT, prefix TEXT, seconds REAL, times INTEGER);
"""


class Store:
    """One connection, one lock: a stand-in need not be fast, it must be right."""

    def __init__(self, path: Path | str):
        self.db = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.lock = threading.RLock()
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.executescript(TABLES)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self.lock:
            if self.db.in_transaction:
                yield
                return
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{secrets.token_hex(12)}"

    def put(self, thing: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            self.db.execute(
                "INSERT INTO objects VALUES (?,?,?,?) ON CONFLICT(id) DO UPDATE SET body = excluded.body",
                (thing["id"], thing["object"], time.time(), json.dumps(thing)),
            )
        return thing

    def get(self, id_: str, kind: str) -> dict[str, Any] | None:
        with self.lock:
            row = self.db.execute("SELECT body FROM objects WHERE id = ? AND kind = ?", (id_, kind)).fetchone()
        return json.loads(row["body"]) if row else None

    def all(self, kind: str) -> list[dict[str, Any]]:
        with self.lock:
            rows = self.db.execute("SELECT body FROM objects WHERE kind = ? ORDER BY created DESC", (kind,)).fetchall()
        return [json.loads(row["body"]) for row in rows]

    def answer(self, key: str) -> sqlite3.Row | None:
        with self.lock:
            return self.db.execute("SELECT * FROM answers WHERE key = ?", (key,)).fetchone()

    def keep_answer(self, key: str, digest: str, status: int, body: str) -> None:
        with self.lock:
            self.db.execute("INSERT INTO answers VALUES (?,?,?,?)", (key, digest, status, body))

    def forget_answers(self) -> None:
        with self.lock:
            self.db.execute("DELETE FROM answers")

    def forget_objects(self) -> None:
        with self.lock:
            self.db.execute("DELETE FROM objects")

    def note_request(self, method: str, path: str, key: str, status: int) -> None:
        with self.lock:
            self.db.execute("INSERT INTO requests(method, path, key, status) VALUES (?,?,?,?)", (method, path, key, status))

    def requests(self) -> list[dict[str, Any]]:
        with self.lock:
            return [dict(r) for r in self.db.execute("SELECT method, path, key, status FROM requests ORDER BY n")]

    def emit(self, kind: str, thing: dict[str, Any]) -> None:
        """Queue one event about an object, as it is now."""
        event = {
            "id": self.new_id("evt"),
            "object": "event",
            "api_version": "2025-09-30",
            "created": int(time.time()),
            "type": kind,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "data": {"object": thing},
        }
        with self.lock:
            self.db.execute("INSERT INTO events VALUES (?,?,0,0,?)", (event["id"], time.time(), json.dumps(event)))

    def due_events(self) -> list[sqlite3.Row]:
        with self.lock:
            return self.db.execute(
                "SELECT * FROM events WHERE delivered = 0 AND due <= ? ORDER BY due LIMIT 20", (time.time(),)
            ).fetchall()

    def settle_event(self, id_: str, *, delivered: bool, wait: float = 0.0) -> None:
        with self.lock:
            self.db.execute(
                "UPDATE events SET delivered = ?, tries = tries + 1, due = ? WHERE id = ?",
                (int(delivered), time.time() + wait, id_),
            )

    def add_fault(self, kind: str, method: str, prefix: str, seconds: float, times: int) -> None:
        with self.lock:
            self.db.execute(
                "INSERT INTO faults(kind, method, prefix, seconds, times) VALUES (?,?,?,?,?)",
                (kind, method, prefix, seconds, times),
            )

    def take_fault(self, kinds: tuple[str, ...], method: str, path: str) -> sqlite3.Row | None:
        """Use up one matching fault, oldest first."""
        with self.transaction():
            for row in self.db.execute("SELECT * FROM faults WHERE times > 0 ORDER BY n").fetchall():
                if row["kind"] in kinds and row["method"] in ("", method) and path.startswith(row["prefix"]):
                    self.db.execute("UPDATE faults SET times = times - 1 WHERE n = ?", (row["n"],))
                    return row
        return None

    def clear_faults(self) -> None:
        with self.lock:
            self.db.execute("DELETE FROM faults")
