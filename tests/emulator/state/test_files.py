"""State files: written completely or not at all, and never over another kind of file."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.emulator.control.access import Sender
from harness.emulator.control.surface import handle
from harness.emulator.engine import Engine
from harness.emulator.state import LEFT_OUT, StateError, StateFile
from harness.emulator.state.decoding import Decoder
from tests.emulator.support.saved_states import exported, imported
from tests.emulator.support.walker import new_walker
from tests.properties.populated import populated_engine
from tests.properties.profiles import share

LOCAL = Sender("127.0.0.1", "localhost", "application/json")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A path for a state file."""
    return tmp_path / "state.json"


def load(path: Path) -> Engine:
    """Return a fresh engine with the state of a file."""
    engine = Engine()
    assert StateFile(path).load(engine)
    return engine


class TestWriting:
    """Saving a state."""

    def test_file_states_its_format_and_omissions(self, path: Path) -> None:
        """Format, version and omissions come first; only the owner may read the file."""
        engine, _ = populated_engine()
        saved = StateFile(path).save(engine)
        document = json.loads(path.read_text())
        assert list(document)[:2] == ["format", "version"]
        assert (document["secrets"], document["left_out"]) == (False, list(LEFT_OUT))
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert (saved.path, saved.pools, saved.users) == (str(path), 3, 6)
        StateFile(path, secrets=True).save(engine)
        document = json.loads(path.read_text())
        assert (document["secrets"], document["left_out"]) == (True, [])

    def test_consequences_of_missing_secrets(self, path: Path) -> None:
        """After loading, the file says what cannot go on; with secrets, everything does."""
        engine, _ = populated_engine()
        StateFile(path).save(engine)
        file, loaded = StateFile(path), Engine()
        assert (file.load(loaded), file.consequences[:23]) == (True, "loaded without secrets:")
        waiting = [u for pool in loaded.pools.values() for u in pool.users if u.password is None]
        needing = [user for user in waiting if user.status == "RESET_REQUIRED"]
        assert f"before they sign in: {len(needing)}; app clients with a new secret: 1;" in (
            file.consequences
        )
        StateFile(path, secrets=True).save(engine)
        file = StateFile(path, secrets=True)
        assert (file.load(Engine()), file.consequences) == (True, "")

    def test_path_is_reported_as_given(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A relative path is reported as a relative path."""
        monkeypatch.chdir(path.parent)
        assert StateFile("state.json").save(Engine()).path == "state.json"
        assert path.exists()

    def test_missing_file_is_no_error(self, path: Path) -> None:
        """Loading a missing file is not an error and creates no file."""
        assert StateFile(path).load(Engine()) is False
        assert not path.exists()

    def test_file_with_secrets_needs_the_option(self, path: Path) -> None:
        """Without the option, a file with secrets is refused, so they are not lost on saving."""
        StateFile(path, secrets=True).save(populated_engine()[0])
        before = path.read_bytes()
        with pytest.raises(StateError, match="--state-secrets to keep"):
            StateFile(path).load(Engine())
        assert path.read_bytes() == before
        assert StateFile(path, secrets=True).load(Engine())

    def test_failed_save_keeps_the_old_file(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """If writing fails, the old file stays whole and no other file is left."""
        file = StateFile(path, secrets=True)
        file.save(populated_engine()[0])
        before = path.read_bytes()

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StateError, match="cannot be written: No space left on device"):
            file.save(Engine())
        assert path.read_bytes() == before
        assert [item.name for item in path.parent.iterdir()] == [path.name]

    def test_save_through_a_link_replaces_its_target(self, tmp_path: Path) -> None:
        """A symbolic link stays a link, and its target is replaced."""
        link, target = tmp_path / "link.json", tmp_path / "target.json"
        StateFile(target).save(Engine())
        link.symlink_to(target)
        StateFile(link, secrets=True).save(populated_engine()[0])
        assert link.is_symlink()
        assert json.loads(target.read_text())["secrets"] is True

    def test_link_to_itself_is_refused(self, tmp_path: Path) -> None:
        """A link that leads nowhere is one line, as the file and as a folder on the way."""
        for name, other in (("a", "b"), ("b", "a"), ("self", "self")):
            (tmp_path / name).symlink_to(tmp_path / other)
        for path in ("a", "self", "a/state.json"):
            with pytest.raises(StateError) as caught:
                StateFile(tmp_path / path).save(Engine())
            assert "\n" not in str(caught.value)
            assert str(tmp_path) in str(caught.value)
        assert (tmp_path / "a").is_symlink()

    @pytest.mark.parametrize("path", ["~no-such-user/state.json", "a\0b", "x" * 5_000])
    def test_impossible_path_is_refused(self, path: str) -> None:
        """A path that no file can have is one line as well."""
        with pytest.raises(StateError) as caught:
            StateFile(path).save(Engine())
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("content", ["", "my notes", '{"a": 1}'])
    def test_foreign_file_is_never_replaced(self, path: Path, content: str) -> None:
        """A file of another kind that appeared during the run is not replaced."""
        file = StateFile(path)
        assert file.load(Engine()) is False
        path.write_text(content)
        with pytest.raises(StateError, match="left as it is"):
            file.save(Engine())
        assert path.read_text() == content

    @pytest.mark.parametrize(
        "form",
        [
            {"separators": (",", ":")},
            {"sort_keys": True, "indent": 2},
            {"sort_keys": True, "separators": (",", ":")},
        ],
    )
    def test_reformatted_state_is_read_and_replaced(self, path: Path, form: dict[str, Any]) -> None:
        """A state that a JSON formatter changed is read and saved."""
        StateFile(path).save(populated_engine()[0])
        path.write_text(json.dumps(json.loads(path.read_text()), **form))
        file, engine = StateFile(path), Engine()
        assert file.load(engine)
        new_walker(engine)
        assert file.save(engine).pools == 4
        path.write_text(json.dumps(json.loads(path.read_text()), **form))
        assert file.save(engine).pools == 4
        assert len(load(path).pools) == 4

    def test_file_that_is_no_longer_a_state_is_not_replaced(self, path: Path) -> None:
        """A file is checked at each save, even if a state was loaded from it."""
        StateFile(path).save(Engine())
        file = StateFile(path)
        assert file.load(Engine())
        path.write_text('{"about": "cognito-harness state"}')
        with pytest.raises(StateError, match="not a cognito-harness state"):
            file.save(Engine())
        assert path.read_text() == '{"about": "cognito-harness state"}'

    def test_folder_is_refused(self, tmp_path: Path) -> None:
        """A folder is refused for loading and for saving."""
        for use in (StateFile(tmp_path).load, StateFile(tmp_path).save):
            with pytest.raises(StateError, match=str(tmp_path)):
                use(Engine())

    def test_missing_folder_is_refused_when_loading(self, tmp_path: Path) -> None:
        """A missing folder is reported at the start, not at the end of the run."""
        with pytest.raises(StateError, match="folder does not exist"):
            StateFile(tmp_path / "no" / "state.json").load(Engine())


class TestControl:
    """``POST /_harness/state``."""

    def post(self, engine: Engine, body: bytes = b"") -> tuple[int, Any]:
        """Request that the state is saved."""
        found = handle(engine, "POST", "/_harness/state", "", body, LOCAL)
        return found.status, json.loads(found.body)

    def test_request_saves_the_state(self, engine: Engine, path: Path) -> None:
        """The response has the path and what was saved."""
        new_walker(engine)
        engine.state_file = StateFile(path)
        status, answer = self.post(engine)
        size = path.stat().st_size
        expected = {"path": str(path), "bytes": size, "pools": 1, "users": 1, "secrets": False}
        assert (status, answer) == (200, expected)
        assert len(load(path).pools) == 1

    def test_request_without_a_state_file_is_refused(self, engine: Engine) -> None:
        """A client cannot name a file over HTTP."""
        assert self.post(engine)[0] == 400
        assert self.post(engine, b'{"path": "x"}')[0] == 400

    def test_failed_save_is_a_server_error(self, engine: Engine, path: Path) -> None:
        """If the file cannot be written, the response is a server error."""
        path.write_text("my notes")
        engine.state_file = StateFile(path)
        status, answer = self.post(engine)
        assert status == 500
        assert "left as it is" in answer["error"]


class TestReading:
    """Loading files that are not a state, or damaged."""

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "not JSON"),
            (b"my notes", "not JSON"),
            (b"\xff\xfe", "not text"),
            (b"[" * 100_000, "not JSON"),
            (b"null", "not a cognito-harness state"),
            (b'{"format": "other"}', "not a cognito-harness state"),
            (b'{"format": "cognito-harness state", "version": 2}', "reads version 1"),
            (b'{"format": "cognito-harness state", "version": true}', "reads version 1"),
            (b'{"format": "cognito-harness state", "version": 1.0}', "reads version 1"),
            (b'{"format": "cognito-harness state", "version": "1"}', "reads version 1"),
            (b'{"format": "cognito-harness state", "version": 1}', "clock"),
        ],
    )
    def test_invalid_file_is_refused(self, path: Path, content: bytes, reason: str) -> None:
        """One line names the file and the reason; the file stays and the engine is empty."""
        path.write_bytes(content)
        engine = Engine()
        with pytest.raises(StateError) as caught:
            StateFile(path).load(engine)
        text = str(caught.value)
        assert reason in text
        assert str(path) in text
        assert text.endswith("the file is left as it is")
        assert "\n" not in text
        assert path.read_bytes() == content
        assert not engine.pools

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda user: user.pop("status"), "has no member 'status'"),
            (lambda user: user.update(status=5), "status has a value of the wrong type"),
            (lambda user: user.update(shoes=43), "has a member 'shoes'"),
            (lambda user: user.update({"$type": "os.system"}), "which no state has"),
            (lambda user: user.update({"$type": ["x"]}), "which no state has"),
            (lambda user: user.update(codes={"$same": 999}), "codes is not a valid '\\$same'"),
            (lambda user: user.update(codes={"$same": []}), "codes is not a valid '\\$same'"),
            (lambda user: user.update(groups={"$eval": "1"}), "'\\$eval'"),
            (
                lambda user: user.update(hourly={"$pairs": [[[], 1]]}),
                "hourly is not a valid '\\$pairs'",
            ),
            (lambda user: user.update(sub={"$bytes": "%"}), "sub is not a valid '\\$bytes'"),
        ],
    )
    def test_invalid_user_is_refused_with_its_path(
        self, engine: Engine, change: Callable[[dict[str, Any]], Any], reason: str
    ) -> None:
        """The message names the invalid member by its path in the file."""
        new_walker(engine)
        document = exported(engine)
        (pool,) = document["contents"]["pools"].values()
        user = pool["users"]["$value"]["$tuple"][2][0]["$tuple"][1]
        change(user)
        with pytest.raises(StateError, match=reason) as caught:
            imported(document)
        assert str(caught.value).startswith("pools.us-east-1_")

    @pytest.mark.parametrize(
        ("member", "reason"),
        [
            ("username", "the users 'alice' and 'Alice' have the same username"),
            ("sub", "the users 'alice' and 'bob' have the same sub"),
            ("email", "the users 'alice' and 'bob' have the same email"),
        ],
    )
    def test_shared_name_is_refused(self, engine: Engine, member: str, reason: str) -> None:
        """No two users of a pool have the same username, sub or alias, in any case of letters."""
        alice = new_walker(engine, UsernameConfiguration={"CaseSensitive": False})
        new_walker(engine, username="bob", pool_id=alice.user_pool_id)
        document = exported(engine)
        (pool,) = document["contents"]["pools"].values()
        (_, first, aliases), (_, second, others) = (
            user["$tuple"] for user in pool["users"]["$value"]["$tuple"][2]
        )
        if member == "email":
            aliases["email"], others["email"] = "a@example.com", "A@example.com"
        else:
            second[member] = first[member] if member == "sub" else first[member].title()
        with pytest.raises(StateError) as caught:
            imported(document)
        assert reason in str(caught.value)
        assert "\n" not in str(caught.value)

    @share(1)
    @given(st.data())
    def test_changed_file_is_read_or_refused_in_one_line(self, data: st.DataObject) -> None:
        """Any change to a file leads to a loaded state or to an error of one line."""
        engine, _ = populated_engine()
        document = exported(engine)
        for _ in range(data.draw(st.integers(1, 3))):
            holder, place = document, data.draw(st.sampled_from(sorted(document)))
            while isinstance(holder[place], dict | list) and holder[place]:
                if data.draw(st.integers(0, 9)) == 0:
                    break
                holder = holder[place]
                places = sorted(holder) if isinstance(holder, dict) else list(range(len(holder)))
                place = data.draw(st.sampled_from(places))
            odd: list[Any] = [None, True, -1, 2.5, "", "x", [], {}, {"$same": 1}, {"$type": "User"}]
            if data.draw(st.booleans()):
                holder[place] = data.draw(st.sampled_from(odd))
            else:
                del holder[place]
            if not document:
                break
        try:
            imported(document)
        except StateError as problem:
            text = str(problem)
        else:
            text = ""
        assert "\n" not in text


@pytest.mark.parametrize("number", [True, 1.0, "1", None])
def test_reference_is_a_whole_number(number: Any) -> None:
    """What is equal to a number in Python is not that number in a file."""
    decoder = Decoder()
    decoder._numbered[1] = "found"
    assert decoder.decode({"$same": 1}, "x") == "found"
    with pytest.raises(StateError, match="x is not a valid"):
        decoder.decode({"$same": number}, "x")
