from hristudio_core.protocol import canonical, digest, from_canonical, load
from hristudio_core.protocol.model import END, Next, Option, Prompt, Skill

TEXT = """\
hristudio: 1
name: greeting
version: 1.10
parameters:
  name: {type: string, default: friend}
variables: {mood: null}
steps:
  - id: hello
    do:
      - say: {text: "Hello {{ name }}"}
        timeout: 5 s
      - prompt:
          text: How is {{ name }}?
          options:
            - {id: yes, label: Good, hotkey: y}
            - {id: no, label: Bad, hotkey: n, next: bye}
          default: yes
          save: mood
        timeout: 1.5 min
    next:
      - {when: mood == 'bad', to: hello}
  - id: bye
    do:
      - say: {text: Bye}
"""


def test_file_becomes_model():
    loaded = load(TEXT)
    assert loaded.problems == ()
    protocol = loaded.protocol
    assert protocol is not None
    assert (protocol.name, protocol.version, protocol.title) == ("greeting", "1.10", "Greeting")
    hello, bye = protocol.steps
    assert hello.do[0] == Skill(id="0", skill="say", arguments={"text": "Hello {{ name }}"}, timeout_s=5.0)
    assert hello.do[1] == Prompt(
        id="1",
        text="How is {{ name }}?",
        options=(Option("yes", "Good", "y"), Option("no", "Bad", "n", next="bye")),
        default="yes",
        save="mood",
        timeout_s=90.0,
    )
    assert hello.next == (Next("hello", "mood == 'bad'"), Next("bye"))
    assert bye.next == (Next(END),)


def test_canonical_form_ignores_layout():
    protocol = load(TEXT).protocol
    lines = TEXT.replace("id: bye\n", "id: bye  # the end\n").replace("'bad'", "'bad' ").splitlines()
    lines[3:6] = [lines[5], lines[3], lines[4]]
    again = load("\n".join(lines)).protocol
    assert protocol is not None
    assert again is not None
    assert canonical(again) == canonical(protocol)
    assert from_canonical(canonical(protocol)) == protocol
    other = load(TEXT.replace("Hello", "Hi")).protocol
    assert other is not None
    assert digest(other) != digest(protocol)
