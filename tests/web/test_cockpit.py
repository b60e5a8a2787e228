"""The wizard's page, in a real browser."""

import json
import uuid

import pytest
from playwright.sync_api import expect

from hristudio_core.flags import Rule, State
from hristudio_core.store import StudyRole
from hristudio_web.gateway.script import STEPS
from tests.servers.dashboard import TestDashboard
from tests.servers.people import People
from tests.servers.waiting import WAIT_S, until

pytestmark = pytest.mark.usefixtures("quiet")


KEEP_WORDS = """() => {
  window.saidOfTime = [];
  new MutationObserver(() => {
    const word = document.querySelector("[data-testid=timer]").textContent.match(/slow|late/)?.[0];
    if (word && word !== window.saidOfTime.at(-1)) window.saidOfTime.push(word);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def kinds(dashboard: TestDashboard) -> list[str]:
    return [event["kind"] for event in dashboard.trial.events]


def newest(dashboard: TestDashboard, kind: str) -> dict:
    return next(event for event in reversed(dashboard.trial.events) if event["kind"] == kind)


def test_a_wizard_decides_by_a_single_key(running: TestDashboard, people: People) -> None:
    page = people.drive()
    expect(page.get_by_test_id("prompt")).to_contain_text("seated")
    page.keyboard.press("y")
    expect(page.get_by_test_id("step-title")).to_have_text("Greeting")
    answer = newest(running, "prompt.answered")
    assert json.loads(answer["payload"])["option"] == "yes"
    assert answer["actor"] == running.people[StudyRole.WIZARD].id


def test_a_decision_carries_the_browsers_clock(running: TestDashboard, people: People) -> None:
    page = people.drive()
    expect(page.get_by_text("not measured")).to_have_count(0)
    page.keyboard.press("y")
    until(lambda: "prompt.answered" in kinds(running), "the answer")
    stamps = newest(running, "prompt.answered")["client"]
    assert 0 < stamps["shown_ns"] <= stamps["acted_ns"]
    wall_ns = newest(running, "prompt.answered")["wall_ns"]
    # Nanoseconds since 1970, however long a slow machine took.
    assert 0 <= stamps["offset_error_ns"] < WAIT_S * 1e9
    # Same host: the browser's instant, moved by the offset, lies before the server's by little.
    assert abs(wall_ns - stamps["acted_ns"] - stamps["offset_ns"]) < WAIT_S * 1e9


def test_nothing_is_decided_without_the_seat(running: TestDashboard, people: People) -> None:
    page = people.watch(StudyRole.WIZARD)
    option = page.get_by_test_id("option-yes")
    expect(option).to_be_disabled()
    page.keyboard.press("y")
    expect(page.get_by_text("Decisions need the wizard's seat")).to_be_visible()
    assert "prompt.answered" not in kinds(running)


def test_a_refresh_keeps_the_seat(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.reload()
    page.get_by_test_id("seat-leave").wait_for()
    expect(page.get_by_test_id("option-yes")).to_be_enabled()
    page.keyboard.press("y")
    expect(page.get_by_test_id("step-title")).to_have_text("Greeting")


def test_the_seat_is_handed_over_with_a_reason(running: TestDashboard, people: People) -> None:
    first = people.drive()
    second = people.watch(StudyRole.RESEARCHER)
    expect(second.get_by_test_id("seat")).to_have_text("Wizard has the seat")
    second.get_by_test_id("seat-take").click()
    second.get_by_test_id("dialog").get_by_label("Reason").fill("as agreed")
    second.get_by_role("button", name="Take over", exact=True).click()
    second.get_by_test_id("seat-leave").wait_for()
    expect(first.get_by_test_id("seat")).to_have_text("Researcher has the seat")
    expect(first.get_by_role("alert").filter(has_text="You have lost the seat")).to_be_visible()


def test_escape_stops_the_robot_even_while_typing(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.get_by_test_id("note").fill("half a senten")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stopped")).to_be_visible()
    assert running.trial.robot["stopped"]
    expect(page.get_by_test_id("note")).to_have_value("half a senten")


def test_escape_stops_the_robot_inside_a_dialog(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.get_by_test_id("control-abort").click()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stopped")).to_be_visible()
    expect(page.get_by_test_id("dialog")).to_be_visible()
    assert running.trial.state["phase"] != "ended"


def test_a_dialog_does_not_cover_stop(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.get_by_test_id("control-abort").click()
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("stopped")).to_be_visible()
    page.keyboard.type("a reason")
    expect(page.get_by_test_id("dialog")).to_be_visible()


def test_stop_works_while_the_trial_manager_does_not_answer(running: TestDashboard, people: People) -> None:
    page = people.drive()
    running.graph.services["/trial/control"] = lambda _: (
        until(lambda: running.trial.robot["stopped"], "STOP") and {}
    )
    page.keyboard.press("Shift+P")
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("stopped")).to_be_visible()


def test_a_stop_is_released_with_a_reason_only(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.keyboard.press("Escape")
    page.get_by_test_id("release").click()
    release = page.get_by_role("button", name="Release", exact=True)
    release.click()
    expect(page.get_by_test_id("dialog")).to_be_visible()
    assert running.trial.robot["stopped"]
    page.get_by_role("button", name="The way is clear").click()
    release.click()
    expect(page.get_by_test_id("stopped")).to_have_count(0)
    assert json.loads(newest(running, "robot.released")["payload"])["reason"] == "The way is clear"


def test_pause_and_resume(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.keyboard.press("Shift+P")
    expect(page.get_by_test_id("phase")).to_have_text("Paused")
    expect(page.get_by_test_id("option-yes")).to_be_disabled()
    page.keyboard.press("Shift+P")
    expect(page.get_by_test_id("phase")).to_have_text("Running")
    expect(page.get_by_test_id("option-yes")).to_be_enabled()


def test_skip_needs_a_reason(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.keyboard.press("Shift+S")
    page.get_by_test_id("dialog").get_by_label("Reason").fill("door is jammed")
    page.get_by_role("button", name="Skip", exact=True).click()
    expect(page.get_by_test_id("step-title")).to_have_text("Greeting")
    assert json.loads(newest(running, "control")["payload"])["reason"] == "door is jammed"


def test_a_jump_goes_to_any_step_of_the_protocol(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.keyboard.press("Shift+J")
    dialog = page.get_by_test_id("dialog")
    steps = dialog.get_by_label("Step")
    expect(steps.get_by_role("option")).to_have_count(len(STEPS))
    expect(steps.get_by_role("option").first).to_contain_text("now")
    # Where the protocol would go anyway is what is offered first.
    expect(steps).to_have_value(STEPS[1].id)
    steps.select_option(STEPS[-1].id)
    dialog.get_by_label("Reason").fill("short of time")
    page.get_by_role("button", name="Jump", exact=True).click()
    expect(page.get_by_test_id("step-title")).to_have_text(STEPS[-1].title)
    assert json.loads(newest(running, "control")["payload"])["target"] == STEPS[-1].id


def test_abort_asks_before_it_ends_the_trial(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.keyboard.press("Shift+A")
    page.get_by_role("button", name="Cancel").click()
    assert running.trial.state["phase"] == "running"
    page.keyboard.press("Shift+A")
    page.get_by_role("button", name="Participant asked for it").click()
    page.get_by_role("button", name="Abort the trial").click()
    expect(page.get_by_test_id("ended")).to_have_text("Trial ended: aborted")
    expect(page.get_by_role("link", name="Open the record")).to_be_visible()


def test_an_utterance_is_chosen_edited_and_said(running: TestDashboard, people: People) -> None:
    # It is said until the page has been seen to say so.
    running.trial._skill_s = 3600.0
    page = people.drive()
    page.keyboard.press("s")
    page.get_by_role("button", name="That is interesting!").click()
    page.get_by_label("text").fill("That is very interesting!")
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_test_id("running")).to_contain_text("That is very interesting!")
    assert json.loads(newest(running, "intervention")["payload"])["arguments"] == {
        "text": "That is very interesting!"
    }


def test_utterances_wait_in_a_queue_until_a_key_sends_them(running: TestDashboard, people: People) -> None:
    page = people.drive()
    for words in ("First thing", "Second thing"):
        page.keyboard.press("s")
        page.get_by_label("text").fill(words)
        page.get_by_role("button", name="Queue it").click()
    assert "intervention" not in kinds(running)
    page.get_by_role("button", name="Edit: “First thing”").click()
    page.get_by_label("text").fill("First thing, edited")
    page.get_by_role("button", name="Keep").click()
    page.reload()
    page.get_by_test_id("seat-leave").wait_for()
    expect(page.get_by_test_id("queue").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("button", name="Send now: “First thing, edited”")).to_be_enabled()
    page.keyboard.press("Shift+Q")
    expect(page.get_by_test_id("queue").get_by_role("listitem")).to_have_count(1)
    said = json.loads(newest(running, "intervention")["payload"])
    assert said["arguments"] == {"text": "First thing, edited"}
    page.get_by_role("button", name="Drop: “Second thing”").click()
    expect(page.get_by_test_id("queue")).not_to_be_visible()
    assert kinds(running).count("intervention") == 1


def test_a_refused_utterance_stays_in_the_queue(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.keyboard.press("s")
    page.get_by_role("button", name="Queue it").click()
    running.graph.services["/trial/intervene"] = lambda _: {
        "accepted": False,
        "code": "busy",
        "message": "the robot speaks",
    }
    page.keyboard.press("Shift+Q")
    expect(page.get_by_role("alert").filter(has_text="the robot speaks")).to_be_visible()
    expect(page.get_by_test_id("queue").get_by_role("listitem")).to_have_count(1)


def test_a_note_with_tags_is_kept(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.keyboard.press("Shift+N")
    page.keyboard.type("looks away")
    page.get_by_label("confused").check()
    page.get_by_role("button", name="Note", exact=True).click()
    expect(page.get_by_test_id("note")).to_have_value("")
    note = json.loads(newest(running, "annotation")["payload"])
    assert note == {"text": "looks away", "tags": ["confused"]}


def test_a_refusal_is_shown_and_nothing_typed_is_lost(running: TestDashboard, people: People) -> None:
    page = people.drive()
    running.graph.services["/trial/annotate"] = lambda _: {
        "accepted": False,
        "code": "journal",
        "message": "the disk is full",
    }
    page.get_by_test_id("note").fill("an important note")
    page.get_by_role("button", name="Note", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="the disk is full")).to_be_visible()
    expect(page.get_by_test_id("note")).to_have_value("an important note")


def test_a_slow_reply_turns_amber_then_red_with_words(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.keyboard.press("y")
    expect(page.get_by_test_id("prompt")).to_contain_text("answer the greeting")
    # The page keeps what it says: between two looks of ours a word may have come and gone.
    page.evaluate(KEEP_WORDS)
    expect(page.get_by_test_id("timer")).to_contain_text("late")
    assert page.evaluate("window.saidOfTime") == ["slow", "late"]


def test_single_keys_can_be_switched_off(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.get_by_test_id("keys").click()
    page.keyboard.press("y")
    expect(page.get_by_test_id("prompt").locator("kbd")).to_have_count(0)
    assert "prompt.answered" not in kinds(running)
    page.reload()
    expect(page.get_by_test_id("keys")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stopped")).to_be_visible()


def test_an_observer_watches_and_notes_but_steers_nothing(running: TestDashboard, people: People) -> None:
    page = people.watch(StudyRole.OBSERVER)
    for name in ("stop", "seat-take", "control-pause"):
        expect(page.get_by_test_id(name)).to_have_count(0)
    expect(page.get_by_test_id("control-abort")).not_to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_test_id("note").fill("participant smiles")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stream")).to_contain_text("participant smiles")
    assert not running.trial.robot["stopped"]


def test_the_page_does_not_scroll_on_a_laptop(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.keyboard.press("y")
    expect(page.get_by_test_id("prompt")).to_contain_text("answer the greeting")
    page.keyboard.press("Escape")
    page.get_by_test_id("stopped").wait_for()
    sizes = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
    assert sizes == [768, 1366]
    for name in ("stop", "control-abort", "option-none"):
        expect(page.get_by_test_id(name)).to_be_in_viewport(ratio=1)


def test_a_full_bar_shortens_names_and_widens_no_page(running: TestDashboard, people: People) -> None:
    page = people.sign_in(StudyRole.WIZARD)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/robots/default")
    page.get_by_test_id("seat-take").wait_for()
    code = page.locator(".trial strong")
    code.evaluate("(code) => { code.textContent = 'P01'; }")
    assert code.evaluate("(code) => code.clientWidth >= code.scrollWidth"), "a short code is whole"
    code.evaluate("(code) => { code.textContent = 'P01-in-the-morning-of-the-second-day'; }")
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    expect(page.get_by_test_id("stop")).to_be_in_viewport(ratio=1)


def test_a_whole_trial_by_keyboard_alone(dashboard: TestDashboard, people: People) -> None:
    page = people.sign_in(StudyRole.WIZARD)
    page.goto("/start/greeting")
    expect(page.locator("[autofocus]")).to_be_focused()
    page.keyboard.type("P12")
    form = page.locator("form.card")
    while page.evaluate("document.activeElement.type") != "submit":
        page.keyboard.press("Tab")
        if (
            page.evaluate("document.activeElement.tagName") == "SELECT"
            and page.evaluate("document.activeElement.id") == "condition"
        ):
            page.keyboard.press("ArrowDown")
        if page.evaluate("document.activeElement.type") == "radio":
            page.keyboard.press("Space")
    expect(form).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("/robots/default")
    page.get_by_test_id("step-title").wait_for()
    page.keyboard.press("Shift+W")
    page.get_by_test_id("seat-leave").wait_for()
    prompt = page.get_by_test_id("prompt")
    for key in ("y", "1", "w", "y"):
        expect(prompt.locator("[data-testid^=option-]:enabled").first).to_be_visible()
        asked = prompt.get_attribute("aria-label")
        page.keyboard.press(key)
        # The next question may be there at once.
        expect(page.locator(f'[data-testid=prompt][aria-label="{asked}"]')).to_have_count(0)
    expect(page.get_by_test_id("ended")).to_have_text("Trial ended: completed")
    assert dashboard.trial.state["participant"] == "P12"


def test_the_camera_shows_what_the_robot_sees_now(running: TestDashboard, people: People) -> None:
    page = people.watch(StudyRole.OBSERVER)
    camera = page.get_by_test_id("camera")
    expect(camera).to_have_attribute("data-state", "live")
    expect(page.get_by_test_id("camera-words")).to_contain_text("pictures/s")
    pixel = "canvas => [...canvas.getContext('2d').getImageData(0, 0, 1, 1).data]"
    assert camera.evaluate(pixel)[3] == 255
    running.trial.fall_silent("camera")
    expect(page.get_by_test_id("camera-words")).to_contain_text("No picture since")
    expect(camera).to_have_attribute("data-state", "old")
    running.trial.fall_silent()
    expect(camera).to_have_attribute("data-state", "live")


def watched_cameras(dashboard: TestDashboard) -> list[str]:
    return [topic for topic, _ in dashboard.pictures._topics.wanted()]


def test_a_camera_that_is_switched_off_says_so_and_comes_back_by_itself(
    running: TestDashboard, people: People
) -> None:
    page = people.watch(StudyRole.OBSERVER)
    camera, words = page.get_by_test_id("camera"), page.get_by_test_id("camera-words")
    expect(camera).to_have_attribute("data-state", "live")
    running.flags.change("camera", Rule(State.OFF))
    expect(words).to_have_text("Switched off by an administrator.")
    expect(camera).to_be_hidden()
    # The reason may be a weak network: nothing is fetched that nobody is shown.
    until(lambda: not watched_cameras(running), "no camera to be watched")
    running.flags.change("camera", None)
    expect(camera).to_have_attribute("data-state", "live")
    expect(words).to_contain_text("pictures/s")


def test_what_was_off_when_the_page_was_opened_comes_when_it_is_switched_on(
    running: TestDashboard, people: People
) -> None:
    for name in ("camera", "plots"):
        running.flags.change(name, Rule(State.OFF))
    running.dashboard.features.look()
    page = people.watch(StudyRole.OBSERVER)
    expect(page.get_by_role("region", name="Camera")).to_be_hidden()
    expect(page.get_by_role("region", name="A topic's numbers")).to_be_hidden()
    for name in ("camera", "plots"):
        running.flags.change(name, None)
    expect(page.get_by_test_id("camera")).to_have_attribute("data-state", "live")
    expect(page.get_by_test_id("plot-topic")).to_contain_text("/battery")


def test_plots_that_are_switched_off_say_so_and_come_back_by_themselves(
    running: TestDashboard, people: People
) -> None:
    page = people.watch(StudyRole.OBSERVER)
    page.get_by_test_id("plot-topic").select_option("/battery")
    value = page.get_by_test_id("plot-value")
    expect(value).to_have_text("0.7600")
    running.flags.change("plots", Rule(State.OFF))
    expect(page.get_by_test_id("plot-off")).to_have_text("Plots are switched off by an administrator.")
    for part in ("plot-topic", "plot-field", "plot-value"):
        expect(page.get_by_test_id(part)).to_be_hidden()
    running.flags.change("plots", None)
    expect(value).to_have_text("0.7600")
    expect(page.get_by_test_id("plot-off")).to_be_hidden()


def test_a_page_that_nobody_sees_takes_no_pictures(running: TestDashboard, people: People) -> None:
    page = people.watch(StudyRole.OBSERVER)
    expect(page.get_by_test_id("camera")).to_have_attribute("data-state", "live")
    assert watched_cameras(running) == ["/camera/image/compressed"]
    hide = """hidden => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    until(lambda: not watched_cameras(running), "no camera to be watched")
    page.evaluate(hide, False)
    until(lambda: watched_cameras(running), "the camera to be watched again")


def test_one_key_marks_a_mistake(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.keyboard.press("Shift+M")
    expect(page.get_by_text("Marked as your mistake")).to_be_visible()
    note = newest(running, "annotation")
    assert json.loads(note["payload"])["tags"] == ["my-mistake"]
    assert note["client"]["acted_ns"] > 0
    # The keys go on working: no field has taken the focus.
    page.keyboard.press("y")
    expect(page.get_by_test_id("step-title")).to_have_text("Greeting")


def test_the_keys_can_be_looked_up(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Stop the robot")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("y")
    expect(page.get_by_test_id("step-title")).to_have_text("Greeting")


def test_an_observer_is_shown_only_keys_that_work(running: TestDashboard, people: People) -> None:
    page = people.watch(StudyRole.OBSERVER)
    page.get_by_test_id("help").click()
    expect(page.get_by_role("dialog")).to_contain_text("Write a note")
    expect(page.get_by_role("dialog")).not_to_contain_text("Stop the robot")


def test_the_keys_print_as_a_card(running: TestDashboard, people: People) -> None:
    page = people.drive()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("In this step")
    page.emulate_media(media="print")
    expect(page.get_by_role("dialog")).to_contain_text("Pause, resume")
    expect(page.get_by_role("button", name="Print")).not_to_be_visible()
    expect(page.get_by_test_id("stop")).not_to_be_visible()


def test_theme_and_large_type_are_kept_for_all_pages(running: TestDashboard, people: People) -> None:
    page = people.drive()
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.get_by_test_id("look").click()
    page.get_by_label("Theme").select_option("Dark")
    page.get_by_label("Type").select_option("Large")
    page.get_by_role("button", name="Use this").click()
    expect(page.locator("html")).to_have_css("font-size", "20px")
    assert page.evaluate(ground) != before
    page.get_by_test_id("option-yes").wait_for()
    sizes = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
    assert sizes == [768, 1366]
    for name in ("stop", "control-abort", "option-yes"):
        expect(page.get_by_test_id(name)).to_be_in_viewport(ratio=1)
    page.goto("/")
    expect(page.locator("html")).to_have_css("font-size", "20px")
    assert page.evaluate(ground) != before


def test_any_topic_is_shown_as_a_number(running: TestDashboard, people: People) -> None:
    page = people.watch(StudyRole.OBSERVER)
    topic = page.get_by_test_id("plot-topic")
    # Pictures and what has a panel of its own are not offered.
    expect(topic.get_by_role("option")).to_have_text(["Show a topic…", "/battery"])
    topic.focus()
    topic.dispatch_event("pointerdown", {"bubbles": True})
    topic.select_option("/battery")
    # The single keys go on working.
    expect(topic).not_to_be_focused()
    expect(page.get_by_test_id("plot-field").get_by_role("option")).to_have_text(["percentage", "present"])
    expect(page.get_by_test_id("plot-value")).to_have_text("0.7600")
    expect(page.get_by_role("img", name="The last 30 seconds")).to_be_visible()
    page.get_by_test_id("plot-field").select_option("present")
    expect(page.get_by_test_id("plot-value")).to_have_text("1")


def test_another_studys_trial_is_not_shown_and_leaves_nothing_to_press(
    dashboard: TestDashboard, people: People
) -> None:
    page = people.sign_in(StudyRole.WIZARD)
    page.goto("/robots/default")
    expect(page.get_by_text("No trial runs on this robot")).to_be_visible()
    expect(page.get_by_test_id("stop")).to_be_visible()
    other, trial = (
        dashboard.studies.create("Gaze", "", dashboard.people[StudyRole.OWNER].id),
        str(uuid.uuid4()),
    )
    dashboard.plans.begin(other.id, trial, dashboard.people[StudyRole.OWNER].id)
    dashboard.begin_trial(trial, participant="SECRET7")
    expect(page.get_by_test_id("elsewhere")).to_be_visible()
    expect(page.get_by_test_id("stop")).to_have_count(0)
    expect(page.get_by_test_id("seat-take")).to_have_count(0)
    assert "SECRET7" not in page.content()
    # Its own team sees it.
    expect(people.watch(StudyRole.OWNER).get_by_text("SECRET7").first).to_be_visible()
