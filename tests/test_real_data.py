"""The shipped catalogue against the judged questions; skipped where the shared data is absent."""

import difflib
from pathlib import Path

from bot.conversation.messages import Incoming, Reply
from bot.conversation.respond import respond
from bot.conversation.session import Session
from bot.evaluate import evaluate, read_judged
from catalog.dump import dump
from catalog.importers.gdzwfw import read
from catalog.load import load
from index.analysis import normalise
from index.snapshot import Snapshot, ensure_snapshot
from tests.conftest import NOW


def first_reply(question: str, snapshot: Snapshot) -> Reply:
    return respond(Session(), Incoming(text=question), snapshot, NOW).reply


def test_judged_questions_are_answered_well_enough(shipped: Snapshot, shared: Path) -> None:
    figures = evaluate(read_judged(shared / "eval" / "dev.tsv"), lambda question: first_reply(question, shipped))
    assert figures["n"] == 240
    assert figures["recall_at_1"] >= 0.75
    assert figures["recall_at_3"] >= 0.88
    assert figures["routes"]["macro_f1"] >= 0.90
    assert figures["false_answer_rate"] <= 0.05


def test_no_phrasing_is_a_copy_of_a_judged_question(shipped: Snapshot, shared: Path) -> None:
    files = sorted((shared / "eval").glob("*.tsv"))
    judged = {normalise(row.question) for file in files for row in read_judged(file)}
    # Very short questions (借书证) have no second wording.
    judged = {question for question in judged if len(question) > 6}
    said = {normalise(text) for item in shipped.catalog.items for text in item.phrasings}
    said |= {normalise(text) for event in shipped.catalog.life_events for text in event.phrasings}
    copies = [
        (question, near)
        for question in judged
        for near in difflib.get_close_matches(question, [s for s in said if set(s) & set(question)], 1, 0.85)
        if abs(len(near) - len(question)) < 8
    ]
    assert copies == []


def test_the_real_records_import_build_and_answer(shared: Path, tmp_path: Path) -> None:
    result = read(shared / "data" / "guangdong_gdzwfw_2021" / "policy.json", None)
    dump(result.catalog, tmp_path / "catalog")
    assert len(load(tmp_path / "catalog").items) == 2262
    reply = first_reply("律师证怎么注销", ensure_snapshot(tmp_path / "catalog", tmp_path / "index"))
    assert reply.items[0].name.startswith("律师执业证书注销审核")
