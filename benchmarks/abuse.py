"""Each of the 20 abuse cases is held by a desk that is really served, over real HTTP and websockets."""

from __future__ import annotations

import argparse
import json
from time import perf_counter
from typing import Any

from benchmarks import _abuse_at_the_door as door
from benchmarks import _abuse_in_texts as texts
from benchmarks import _abuse_of_the_desk as desk
from benchmarks._abuse_scene import Case, NobodySignedIn, Scene, scene

CASES: dict[int, Case] = {
    1: door.without_sign_in,
    2: door.a_reader_writes,
    3: door.a_forged_identity,
    4: door.a_weak_key,
    5: door.a_removed_person,
    6: door.many_passwords,
    7: texts.a_script_in_a_title,
    8: texts.links_in_a_title,
    9: texts.formulas_in_exports,
    10: texts.template_words_in_a_report,
    11: texts.markup_in_a_report,
    12: texts.a_hostile_template,
    13: desk.a_source_inside,
    14: desk.a_name_that_turns_inside,
    15: door.a_push_without_proof,
    17: desk.a_receiver_inside,
    18: texts.words_forged_into_an_alert,
    19: desk.a_tampered_log,
    20: desk.a_flood,
    # Last: it looks through everything that the others have left behind.
    16: door.secrets_written_down,
}
"""By their number in the list of abuse cases."""


def main(argv: list[str]) -> int:
    """Try every abuse; with --mutant against a desk without its guards, where every one must be found out."""
    parser = argparse.ArgumentParser(prog="abuse", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="guess fewer passwords, invent fewer posts")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    with scene(chosen.mutant, chosen.quick) as place:
        found = {number: _tried(place, number, case) for number, case in CASES.items()}
    broken = [number for number, one in found.items() if one["faults"]]
    summary = {"benchmark": "abuse", "mutant": chosen.mutant, "broken": bool(broken), "not_held": sorted(broken)}
    print(json.dumps({**summary, "cases": dict(sorted(found.items()))}, ensure_ascii=False))
    return 1 if broken else 0


def _tried(place: Scene, number: int, case: Case) -> dict[str, Any]:
    began = perf_counter()
    faults: list[str] = []
    try:
        # One by one: what was found before it fell over counts as well.
        for found in case(place):
            faults.append(found)
    except NobodySignedIn:
        raise
    except Exception as fault:  # noqa: BLE001 - a desk that fell over has not held, and the other cases are still tried
        faults.append(f"fell over: {type(fault).__name__}: {fault}"[:300])
    return {"abuse": case.__name__.replace("_", " "), "faults": faults, "seconds": round(perf_counter() - began, 1)}
