"""A rough life: lost networks, dead processes, tabs, tokens, pauses. Nothing said is lost or said twice."""

from playwright.sync_api import Route, expect

from dev.processes import Process
from tests.gateway import Gateway
from tests.practice_page import EXERCISE, GREETING, MARKS, PATIENCE_MS, TURN, PracticePage, practice, worker
from tests.stack import PASSWORD, Stack, wait_until

__all__ = ["practice", "worker"]  # the fixtures
pytestmark = MARKS


def test_a_lost_network_and_a_dead_worker_lose_nothing_and_say_nothing_twice(
    practice: PracticePage, gateway: Gateway, stack: Stack
) -> None:
    page = practice.page
    beat = ("-m", "celery", "-A", "config", "beat", "--schedule", str(gateway.folder / "beat"), "--pidfile=")
    settings = {**gateway.settings, "OPENAI_RUN_MODE": "stream"}
    with stack.running(stack.process("beat", *beat, **gateway.settings)), stack.worker(**settings) as first:
        practice.register()
        thread = practice.begin()
        stack.emulator.settings(latency_s=8.0)
        practice.say(GREETING)
        expect(page.locator(".live .written")).not_to_be_empty(timeout=PATIENCE_MS)
        first.popen.kill()
        wait_until(lambda: first.popen.poll() is not None, "the worker is dead")
        page.context.set_offline(True)
        stack.emulator.settings(latency_s=1.0)
        with stack.worker(**settings):
            page.context.set_offline(False)
            expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
            practice.shows_what_the_database_holds(thread)

            page.context.set_offline(True)
            practice.say("Where is the tightness?")
            expect(page.get_by_text("Not sent yet. There is no connection to the service.")).to_be_visible()
            page.context.set_offline(False)
            expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
            held = practice.shows_what_the_database_holds(thread)
    assert [text for role, text in held if role == "user"] == [GREETING, "Where is the tightness?"]
    assert [role for role, _ in held] == ["user", "assistant"] * 2


def test_a_reload_in_mid_reply_and_a_second_tab_show_the_same_conversation(
    practice: PracticePage, worker: Process, stack: Stack
) -> None:
    page = practice.page
    practice.register()
    thread = practice.begin()
    stack.emulator.settings(latency_s=6.0)
    practice.say(GREETING)
    expect(page.get_by_role("button", name="Stop the reply")).to_be_visible()
    second = page.context.new_page()
    second.goto(page.url)
    expect(second.get_by_role("button", name="Stop the reply")).to_be_visible()
    second.get_by_label("Your message").fill("And your breath?")
    second.keyboard.press("Enter")
    expect(second.locator("#reply-hint")).to_contain_text("The patient is still answering.")
    page.reload()
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    practice.shows_what_the_database_holds(thread)
    expect(second.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    expect(second.get_by_label("Your message")).to_have_value("And your breath?")
    stack.emulator.settings(latency_s=0.0)
    second.get_by_label("Your message").press("Enter")
    expect(second.locator(".messages > li")).to_have_count(4, timeout=PATIENCE_MS)
    # The first tab is told, and reads the rest from the service.
    expect(page.locator(".messages > li")).to_have_count(4, timeout=PATIENCE_MS)
    assert len(practice.shows_what_the_database_holds(thread)) == 4


def test_a_reply_that_is_stored_while_a_tab_reads_is_shown_in_it(
    practice: PracticePage, worker: Process, stack: Stack
) -> None:
    page = practice.page
    practice.register()
    thread = practice.begin()
    second = page.context.new_page()
    second.goto(page.url)
    second.get_by_label("Your message").fill(GREETING)
    expect(second.get_by_text("Nothing has been said yet.")).to_be_visible()
    stack.emulator.settings(latency_s=1.0)

    def after_the_reply(route: Route) -> None:
        wait_until(
            lambda: stack.rows("SELECT count(*) FROM messages WHERE thread_id = %s", thread) == [(2,)], "a reply"
        )
        route.continue_()

    page.route("**/runs/?*", after_the_reply)
    second.keyboard.press("Enter")
    expect(page.locator(".messages > li")).to_have_count(2, timeout=PATIENCE_MS)
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)


def test_a_message_whose_answer_was_lost_is_sent_again_after_a_reload_and_stored_once(
    practice: PracticePage, worker: Process
) -> None:
    page = practice.page
    practice.register()
    thread = practice.begin()
    # The service gets it, and the page never learns of that.
    page.route(
        "**/threads/*/runs/",
        lambda route: (route.fetch(), route.abort())[1] if route.request.method == "POST" else route.continue_(),
    )
    practice.say(GREETING)
    expect(page.get_by_text("Not sent yet.")).to_be_visible()
    page.unroute("**/threads/*/runs/")
    page.reload()
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    held = practice.shows_what_the_database_holds(thread)
    assert [role for role, _ in held] == ["user", "assistant"]
    expect(page.get_by_label("Your message")).to_have_value("")


def test_a_token_that_expires_under_three_requests_is_refreshed_once(practice: PracticePage) -> None:
    page = practice.page
    practice.register()
    page.evaluate(
        """() => { const held = JSON.parse(sessionStorage["practice.access"]);
            sessionStorage["practice.access"] = JSON.stringify({ ...held, token: held.token.slice(0, -3) + "abc" }) }"""
    )
    practice.sent.clear()
    page.reload()
    expect(page.get_by_role("link", name=EXERCISE).first).to_be_visible()
    assert practice.sent.count("POST /api/v2/auth/refresh/") == 1
    assert practice.sent.count("GET /api/v2/activities/") == 2


def test_a_sign_in_that_has_ended_keeps_the_place_and_the_words(practice: PracticePage, worker: Process) -> None:
    page = practice.page
    practice.register()
    thread = practice.begin()
    practice.page.get_by_label("Your message").fill("Not sent y")
    practice.page.keyboard.type("et")
    page.context.clear_cookies()
    page.evaluate("""sessionStorage.removeItem("practice.access")""")
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.url.endswith(thread)
    ((email,),) = practice.gateway.stack.rows(
        'SELECT email FROM "user" JOIN threads ON student_id = "user".id WHERE threads.id = %s', thread
    )
    page.get_by_label("Email").fill(str(email))
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your message")).to_have_value("Not sent yet")


def test_a_patient_that_is_switched_off_and_a_suspended_conversation_say_what_to_do(
    practice: PracticePage, worker: Process, stack: Stack
) -> None:
    page = practice.page
    practice.register()
    practice.begin()
    practice.say("I want to kill myself, I have a plan for tonight.")
    expect(page.get_by_role("heading", name="This conversation is suspended")).to_be_focused(timeout=PATIENCE_MS)
    expect(page.locator(".notice")).to_contain_text("please do not stay alone with it")
    expect(page.get_by_label("Your message")).to_be_hidden()
    page.locator(".notice").get_by_role("link").click()
    thread = practice.begin()
    try:
        stack.execute("UPDATE assistant_scenarios SET enable = false")
        practice.say("Hello?")
        expect(page.get_by_text("This patient is not available now.")).to_be_visible()
    finally:
        stack.execute("UPDATE assistant_scenarios SET enable = true")
    assert stack.rows("SELECT count(*) FROM messages WHERE thread_id = %s", thread) == [(0,)]


def test_a_service_that_is_away_is_asked_again_and_words_that_it_refuses_stay_in_the_box(
    practice: PracticePage, worker: Process, gateway: Gateway
) -> None:
    page = practice.page
    practice.register()
    thread = practice.begin()
    practice.say("x" * 4001)
    expect(page.get_by_text("Ensure this field has no more than 4000 characters.")).to_be_visible()
    expect(page.get_by_label("Your message")).to_have_value("x" * 4001)
    gateway.web.popen.kill()
    gateway.web.end()
    practice.say(GREETING)
    expect(page.get_by_text("Not sent yet. The service is not available just now.")).to_be_visible()
    gateway.web.start()
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    assert practice.shows_what_the_database_holds(thread)[0] == ("user", GREETING)


def test_a_pause_is_told_and_can_be_left(practice: PracticePage, worker: Process, stack: Stack) -> None:
    page = practice.page
    practice.register()
    thread = practice.begin()
    stack.execute(
        "INSERT INTO model_pauses (began_at, began_by, ended_by, reason) VALUES (clock_timestamp(), 'test', '', '')"
    )
    try:
        practice.say(GREETING)
        expect(page.get_by_text("Replies are paused for now.")).to_be_visible(timeout=PATIENCE_MS)
        page.get_by_role("button", name="Stop the reply").click()
        expect(page.get_by_text("You stopped the reply.")).to_be_visible()
    finally:
        stack.execute("UPDATE model_pauses SET ended_at = clock_timestamp(), ended_by = 'test'")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text(TURN)).to_be_visible(timeout=PATIENCE_MS)
    assert [role for role, _ in practice.shows_what_the_database_holds(thread)] == ["user", "assistant"]
