"""Puts facts where the programs keep them: into Claudette's database and an index of transcripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.claudette_db import PI, stamp
from tests.usage_stage import call
from tray.metrics.records import Turn

if TYPE_CHECKING:
    from tests.activity_facts import Chat, Facts, File, Moment, Run, Summary
    from tests.activity_stage import Activity


def write(facts: Facts, act: Activity) -> None:
    """Put it all there; deleted workspaces after their chats were seen."""
    gone = {one.id for one in facts.spaces if one.state == "deleted"}
    act.now, act.zone = f"{stamp(facts.now)}+00:00", facts.zone
    with act.db.together():
        act.db.backends(PI)
        for space in facts.spaces:
            act.db.workspace(space.id, status="archived" if space.state == "archived" else "active")
            if space.worktree:
                act.worktree(space.id, space.worktree)
        for number, chat in enumerate(facts.chats):
            _add_chat(act, chat, number)
    act.stage.index.read_claudette()
    with act.db.together():
        _later(facts, act, gone)
    for file in facts.files:
        _add_file(act, file)


def _later(facts: Facts, act: Activity, gone: set[str]) -> None:
    with act.db.held() as connection:
        for name in gone:
            connection.execute("DELETE FROM workspaces WHERE id = ?", (name,))
    for run in facts.runs:
        _add_run(act, run, deleted=run.space in gone)
    for one in facts.noted:
        moment = one.at if isinstance(one.at, str) else _offset(one.at, one.offset)
        act.commit(
            *(one.hash, moment),
            more=one.more,
            less=one.less,
            workspace=one.space,
            deleted=one.space in gone,
        )
    for left in facts.summaries:
        _add_summary(act, left)
    for space_id, name, count in facts.commands:
        act.command(name, count, workspace=space_id, deleted=space_id in gone)


def add_to(facts: Facts, act: Activity) -> None:
    """What is not there yet, beside what is; workspaces that are deleted here are deleted."""
    act.now = f"{stamp(facts.now)}+00:00"
    with act.db.together(), act.db.held() as connection:
        columns = dict.fromkeys(
            ("workspaces", "agent_sessions", "deleted_agent_sessions", "chat_sessions"), "id"
        )
        columns["deleted_workspace_summaries"] = "workspace_id"
        known = {
            table: {row[0] for row in connection.execute(f"SELECT {column} FROM {table}")}
            for table, column in columns.items()
        }
        ran = known["agent_sessions"] | known["deleted_agent_sessions"]
        here = known["workspaces"]
        for number, chat in enumerate(facts.chats):
            if chat.space in here and chat.id not in known["chat_sessions"]:
                _add_chat(act, chat, number)
        for run in facts.runs:
            if run.id in ran:
                connection.execute(
                    "UPDATE agent_sessions SET last_message_at = ?, ended_at = ?, turn_count = ? WHERE id = ?",
                    (_naive(run.last), _naive(run.end), run.turns, run.id),
                )
            elif run.space in here or run.space is None:
                _add_run(act, run, deleted=False)
        for left in facts.summaries:
            if left.space not in known["deleted_workspace_summaries"]:
                _add_summary(act, left)
    for file in facts.files:
        _add_file(act, file)


def _add_chat(act: Activity, chat: Chat, number: int) -> None:
    act.db.session(chat.id, chat.space, cli=chat.client, order=number)
    act.db.setting(f"model_provider:{chat.id}", "pi")
    act.db.setting(f"model:{chat.id}", "anthropic/claude-opus-4-8")
    for at, fresh, output, read, cost in chat.answers:
        act.db.message(
            chat.id,
            workspace=chat.space,
            at=at,
            prompt=fresh,
            completion=output,
            cache_read=read,
            cost=cost,
        )


def _add_run(act: Activity, run: Run, *, deleted: bool) -> None:
    act.db.add(
        "deleted_agent_sessions" if deleted else "agent_sessions",
        id=run.id,
        workspace_id=run.space,
        repository_id="r1",
        started_at=_naive(run.start),
        last_message_at=_naive(run.last),
        ended_at=_naive(run.end),
        turn_count=run.turns,
        completed_ok=run.ok,
    )


def _add_summary(act: Activity, left: Summary) -> None:
    act.db.add(
        "deleted_workspace_summaries",
        id=f"of {left.space}",
        workspace_id=left.space,
        workspace_name=f"was {left.space}",
        repository_id="r1",
        workspace_created_at=_naive(left.created),
        first_message_at=_naive(left.first),
        last_message_at=_naive(left.last),
        sessions_started=left.sessions,
        sessions_completed=left.completed,
        total_turns=left.turns,
        commits_made=left.commits,
        total_input_tokens=left.input,
        total_output_tokens=left.output,
        total_cost_usd=left.cost,
    )


def _add_file(act: Activity, file: File) -> None:
    rows = [
        call(
            *(f"answer {one.key}", f"{stamp(one.at)}+00:00", one.session),
            agent=file.agent,
            project=one.folder,
            input=one.input,
            output=one.output,
            cache_read=one.cache,
            **({} if one.priced else {"model": "no-such-model"}),
        )
        for one in file.said
        if one.answer
    ]
    turns = [
        Turn(key=one.key, session=one.session, at=one.at * 1000, project=one.folder, command=one.command)
        for one in file.said
        if one.prompt
    ]
    act.stage.file(file.agent, rows, turns=turns)


def _naive(moment: Moment | None) -> str | None:
    return moment if moment is None or isinstance(moment, str) else stamp(moment)


def _offset(at: int, hours: int) -> str:
    return f"{stamp(at + hours * 3600).replace(' ', 'T')}{hours:+03}:00"
