import pytest

from hristudio_core.ops.logline import Level, LineReader, LogLine


@pytest.mark.parametrize(
    ("printed", "level", "text"),
    [
        ("[INFO] [lab.nao.skill_server]: active", Level.INFO, "active"),
        ("[FATAL] [hristudio]: no such parameter", Level.ERROR, "no such parameter"),
        ("[WARN] [bridge]: client [1]: slow", Level.WARN, "client [1]: slow"),
        ("[2026-01-31 12:00:00 +0000] [12] [INFO] Booting worker", Level.INFO, "Booting worker"),
        ("2026-01-31 12:00:00.123 UTC [12] LOG:  ready", Level.INFO, "ready"),
        ("2026-01-31 12:00:00.123 UTC [12] app FATAL:  no role", Level.ERROR, "no role"),
        ("2026-11-23 06:49:25 [info     ] bridge link   up=True", Level.INFO, "bridge link   up=True"),
        (
            "\x1b[37;1m2026-11-23 07:28:26.646 \x1b[31;1m[RTPS_TRANSPORT_SHM Error] \x1b[37mno port",
            Level.ERROR,
            "no port",
        ),
        ("WARNING:werkzeug:slow", Level.WARN, "slow"),
        ('{"event": "late", "level": "warning", "timestamp": "x", "lag_s": 3}', Level.WARN, "late lag_s=3"),
        ("plain words", Level.INFO, "plain words"),
        ('{"not": "a log line"}', Level.INFO, '{"not": "a log line"}'),
        ("[1, 2]", Level.INFO, "[1, 2]"),
        ("", Level.INFO, ""),
    ],
)
def test_one_form_for_every_kind_of_line(printed: str, level: Level, text: str):
    assert LineReader().read(printed) == LogLine(level, text)


def test_a_traceback_is_an_error_to_its_last_line():
    reader = LineReader()
    printed = [
        "Traceback (most recent call last):",
        '  File "node.py", line 1, in <module>',
        "    import nothing",
        "ModuleNotFoundError: No module named 'nothing'",
        "[INFO] [node]: goes on",
        "plain words",
    ]
    levels = [reader.read(line).level for line in printed]
    assert levels == [Level.ERROR] * 4 + [Level.INFO] * 2


def test_lines_that_go_on_keep_the_level():
    reader = LineReader()
    assert reader.read("[ERROR] [node]: it broke:").level is Level.ERROR
    assert reader.read("  because of this").level is Level.ERROR
