"""Reporting, the desk, and what stands on the pages of articles and search: without scripts, as everybody sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles import access, search_log
from articles.actions import answering, flagging
from articles.actions.article import update_article
from articles.actions.draft import replace_draft
from articles.actions.planning import carry_out, plan_publication
from articles.actions.proposing import propose_article
from articles.models import Article, CallOutcome, CentreHours, Event, Flag, Plan, SearchedWords, User
from articles.views.reading import flags_on
from tests.pages.conftest import counted, tables

from .conftest import Raise

SignIn = Callable[[User], Client]


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_form_knows_what_it_is_about(article: Article, bob: User, signed_in: SignIn) -> None:
    client = signed_in(bob)
    shown = text(client, f"/flags/new/?article={article.pk}&quote=745+kr&query=permit")
    assert article.title in shown
    assert "745 kr" in shown
    assert 'value="permit"' in shown
    shown = text(client, "/flags/new/?kind=missing&query=charging+cable")
    assert "Searched for “charging cable”" in shown


def test_reporting_leads_back_to_the_article_and_in_a_dialog_stays(
    article: Article, bob: User, mary: User, signed_in: SignIn
) -> None:
    client = signed_in(bob)
    said = {"article": article.pk, "kind": "incorrect", "severity": "normal", "body": "It is 795 kr.", "query": "fee"}
    answer = client.post("/flags/new/", said)
    assert (answer.status_code, answer["Location"]) == (302, article.get_absolute_url())
    flag = Flag.objects.get()
    assert (flag.body, flag.query, flag.reporter) == ("It is 795 kr.", "fee", bob)
    answer = client.post("/flags/new/", {**said, "body": "Something else entirely"}, headers={"X-Dialog": "1"})
    assert answer.status_code == 200
    assert "Mary Modin has it" in answer.content.decode()


def test_what_says_the_same_is_offered_first_and_can_be_reported_all_the_same(
    article: Article, flag_it: Raise, alice: User, signed_in: SignIn
) -> None:
    flag = flag_it("The fee is 795 kr now")
    client = signed_in(alice)
    said = {"article": article.pk, "kind": "incorrect", "severity": "normal", "body": "the fee is now 795 kr"}
    answer = client.post("/flags/new/", {**said, "do": "report"})
    assert answer.status_code == 409
    assert f"join-{flag.pk}" in answer.content.decode()
    client.post("/flags/new/", {**said, "do": f"join-{flag.pk}"})
    assert flag.joins.count() == 1
    client.post("/flags/new/", {**said, "do": "anyway"})
    assert Flag.objects.count() == 2


def test_a_second_who_finds_nothing_is_offered_to_join_and_told_no_more_than_that(
    flag_it: Raise, charlie: User, signed_in: SignIn
) -> None:
    missing = flag_it("Mrs Ek needs it", article=None, kind="missing", query="charging cable")
    client = signed_in(charlie)
    shown = text(client, "/flags/new/?query=Charging+cables")
    said = {"body": "I need it too", "query": "Charging cables", "kind": "missing", "severity": "normal"}
    stopped = client.post("/flags/new/", {**said, "do": "report"})
    assert stopped.status_code == 409
    for page in (shown, stopped.content.decode()):
        assert 'value="join-asked"' in page
        assert not [word for word in ("Mrs Ek", "Bob", f"join-{missing.pk}", f"/flags/{missing.pk}") if word in page]
    assert 'value="join-asked"' not in text(client, "/flags/new/?query=dog+tax")
    joined = client.post("/flags/new/", {"do": "join-asked", "query": "Charging cables"})
    assert joined["Location"] == f"/flags/{missing.pk}/"
    assert "Mrs Ek needs it" in text(client, joined["Location"])
    assert missing.joins.count() == 1
    assert client.post("/flags/new/", {**said, "do": "anyway"}).status_code == 302
    assert Flag.objects.count() == 2


def test_who_joins_too_late_is_told_and_can_report_it(
    article: Article, flag_it: Raise, alice: User, mary: User, signed_in: SignIn
) -> None:
    flag = flag_it("The fee is 795 kr now")
    client = signed_in(alice)
    about = f'name="article" value="{article.pk}"'
    assert text(client, f"/flags/new/?article={article.pk}").count(about) == 2, "who joins says about what, too"
    answering.resolve_flag(mary, flag.pk, "Done.")
    late = client.post("/flags/new/", {"do": f"join-{flag.pk}", "article": article.pk}, headers={"X-Dialog": "1"})
    missing = flag_it("I need it", article=None, kind="missing", query="charging cable")
    answering.decline_flag(mary, missing.pk, "It is there.")
    none = client.post("/flags/new/", {"do": "join-asked", "query": "charging cable"})
    for answer, said in ((late, "Mary Modin has changed this flag"), (none, "Nobody waits for that any more")):
        shown = answer.content.decode()
        assert answer.status_code == 409
        assert said in shown
        assert shown.count('class="wrong"') == 1
        assert 'id="dialog-content"' in shown
        assert 'name="do" value="report"' in shown
    assert about in late.content.decode()
    assert 'value="charging cable"' in none.content.decode()


def test_words_that_are_longer_than_any_search_do_not_hinder_a_report(bob: User, signed_in: SignIn) -> None:
    said = {"kind": "missing", "severity": "normal", "body": "Nothing about cables", "query": "cable " * 80}
    assert signed_in(bob).post("/flags/new/", said).status_code == 302
    assert len(Flag.objects.get().query) <= flagging.LONGEST_QUERY


def test_an_empty_report_says_what_to_do(article: Article, bob: User, signed_in: SignIn) -> None:
    said = {"article": article.pk, "kind": "incorrect", "severity": "normal", "body": " "}
    answer = signed_in(bob).post("/flags/new/", said)
    assert answer.status_code == 422
    assert "Say in a sentence" in answer.content.decode()


def test_an_urgent_flag_warns_on_the_page_of_the_article(
    article: Article, flag_it: Raise, alice: User, bob: User, charlie: User, signed_in: SignIn
) -> None:
    address = article.get_absolute_url()
    assert "Reported at" not in text(signed_in(bob), address)
    flag = flag_it("The fee may be wrong", severity="urgent")
    shown = text(signed_in(bob), address)
    assert "Reported at" in shown
    assert "The fee may be wrong" in shown
    assert "The fee may be wrong" in text(signed_in(bob), f"/articles/{article.pk}/preview/"), (
        "beside a list of hits too"
    )
    assert f"/flags/{flag.pk}/lift/" not in shown
    assert f"/flags/{flag.pk}/lift/" in text(signed_in(alice), address)
    signed_in(alice).post(f"/flags/{flag.pk}/warning/", {"warning": "Ask the permits team about the fee"})
    shown = text(signed_in(bob), address)
    assert "Ask the permits team" in shown
    assert "The fee may be wrong" not in shown
    signed_in(alice).post(f"/flags/{flag.pk}/lift/", {})
    assert "Reported at" not in text(signed_in(bob), address)
    assert "1 open flag" in text(signed_in(bob), address)


def test_an_urgent_flag_warns_however_many_are_newer(flag_it: Raise, article: Article, bob: User, alice: User) -> None:
    view = access.view_of(bob)
    assert flags_on(view, article)["open_flags"] == 0
    urgent = [flag_it("The fee is another", severity="urgent") for _ in range(5)]
    answering.lift_warning(alice, urgent[3].pk)
    answering.resolve_flag(alice, urgent[4].pk, "Done.")
    calm = {name: getattr(urgent[0], name) for name in ("reporter", "due", "assignee")}
    later = timezone.now() + timedelta(minutes=1)
    Flag.objects.bulk_create(
        Flag(article=article, kind="other", severity="normal", body="x", created_at=later, **calm) for _ in range(120)
    )
    with counted() as queries:
        shown = flags_on(view, article)
    assert tables(queries).count("articles_flag") == 1
    assert (shown["open_flags"], shown["more_warnings"]) == (124, 0)
    assert shown["warnings"] == [urgent[2], urgent[1], urgent[0]], "the newest first"
    flag_it("The address is another", severity="urgent")
    shown = flags_on(view, article)
    assert (len(shown["warnings"]), shown["more_warnings"]) == (3, 1)


def test_the_desk_shows_each_flag_in_its_column_and_only_what_one_may_see(
    flag_it: Raise, alice: User, bob: User, charlie: User, mary: User, signed_in: SignIn
) -> None:
    one, two, three = (
        flag_it("Number one"),
        flag_it("Number two"),
        flag_it("Number three", article=None, kind="missing"),
    )
    answering.assign_flag(mary, one.pk, alice.pk)
    answering.decline_flag(alice, two.pk, "It holds.")
    shown = text(signed_in(mary), "/flags/?show=all")
    for flag, state in ((one, "assigned"), (two, "declined"), (three, "new")):
        column = shown.partition(f'data-column="{state}"')[2].partition("</section>")[0]
        assert f'id="flag-{flag.pk}"' in column
    assert "Number" not in text(signed_in(charlie), "/flags/?show=all")
    assert "Number three" not in text(signed_in(alice), "/flags/?show=all")
    assert "Number three" in text(signed_in(bob), "/flags/?show=reported")
    assert "Number one" in text(signed_in(alice), "/flags/?show=mine&view=list")


def test_how_cards_are_moved_is_told_to_those_who_may_move_one(
    flag_it: Raise, bob: User, mary: User, signed_in: SignIn
) -> None:
    flag_it("Number one")
    for person, address, told in (
        (mary, "/flags/?show=all", True), (bob, "/flags/?show=reported", False), (mary, "/flags/?show=overdue", False),
    ):  # fmt: skip
        page = text(signed_in(person), address)
        assert 'id="board-help"' in page, "it comes and goes with the cards"
        assert ("Drag a card" in page) == told


@pytest.mark.parametrize("view", ["board", "list"])
def test_a_flag_that_was_drawn_before_shows_what_has_changed_about_it(
    view: str, article: Article, flag_it: Raise, alice: User, bob: User, mary: User, signed_in: SignIn
) -> None:
    flag, address = flag_it("The fee is 795 kr"), f"/flags/?show=all&view={view}"
    assert "+1" not in text(signed_in(mary), address)
    update_article(alice, article.pk, title="What a permit costs")
    flagging.join_flag(alice, flag.pk)
    answering.assign_flag(mary, flag.pk, alice.pk)
    for person in (mary, bob):
        shown = text(signed_in(person), address)
        assert "What a permit costs" in shown
        assert article.title not in shown
        assert "+1" in shown
        assert "Alice Ahlgren" in shown
        may_work = "draggable" in shown if view == "board" else 'name="ids"' in shown
        assert may_work == (person == mary)
    if view == "board":
        assert "next=/flags/%3Fshow%3Dall%26view%3Dboard" in text(signed_in(mary), address)
        assert f'data-post="/flags/{flag.pk}/take/"' in text(signed_in(mary), address)
        assert f'data-post="/flags/{flag.pk}/take/"' not in text(signed_in(alice), address)


@pytest.mark.parametrize("view", ["board", "list"])
def test_the_desk_asks_as_often_for_200_flags_as_for_few(
    view: str, article: Article, flag_it: Raise, bob: User, mary: User, signed_in: SignIn
) -> None:
    client = signed_in(mary)
    for severity in ("low", "normal", "urgent"):
        changed = flag_it(f"A {severity} one", severity=severity)

    def asked(severity: str) -> tuple[list[str], int]:
        """The tables that the desk asks when it is drawn anew, because a flag has changed, and how many it shows."""
        text(client, f"/flags/?show=all&view={view}")
        answering.change_flag(mary, changed.pk, severity=severity)
        with counted() as queries:
            shown = text(client, f"/flags/?show=all&view={view}")
        return tables(queries), shown.count("<article ") + shown.count('name="ids"')

    few, shown = asked("low")
    assert shown == 3
    now = timezone.now()
    Flag.objects.bulk_create(
        Flag(article=article, kind="other", severity="low", body=f"Number {number}", reporter=bob, assignee=mary,
             created_at=now, due=now)
        for number in range(200)
    )  # fmt: skip
    assert asked("normal") == (few, 25 if view == "board" else 20)
    assert len(few) <= 20


def test_two_who_decide_at_once_the_second_sees_what_is_now_and_keeps_the_words(
    flag_it: Raise, alice: User, mary: User, signed_in: SignIn
) -> None:
    flag = flag_it()
    answering.resolve_flag(alice, flag.pk, "Done.")
    said = {"answer": "No, it holds.", "revision": 1}
    answer = signed_in(mary).post(f"/flags/{flag.pk}/decline/", said)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Alice Ahlgren has changed this flag" in shown
    assert "No, it holds." in shown


@pytest.mark.parametrize("address", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_a_form_leads_on_only_within_the_site(flag_it: Raise, alice: User, signed_in: SignIn, address: str) -> None:
    flag = flag_it()
    answer = signed_in(alice).post(f"/flags/{flag.pk}/take/", {"next": address})
    assert answer["Location"] == f"/flags/{flag.pk}/"


def test_publishing_resolves_the_flags_that_were_chosen(
    article: Article, flag_it: Raise, alice: User, bob: User, signed_in: SignIn
) -> None:
    from articles import documents

    fee, hours = flag_it("Fee"), flag_it("Hours")
    seq = replace_draft(alice, article.pk, documents.from_markdown("A permit costs **795 kr**.").document)
    client = signed_in(alice)
    shown = text(client, f"/articles/{article.pk}/publish/")
    assert f'name="settles" value="{fee.pk}"' in shown
    said = {"seq": seq, "seen": 1, "note": "The new fee", "significance": "normal", "settles": [fee.pk]}
    assert client.post(f"/articles/{article.pk}/publish/", said).status_code == 302
    fee.refresh_from_db()
    hours.refresh_from_db()
    assert (fee.status, hours.status) == ("resolved", "new")
    assert fee.version is not None
    assert fee.version.number == 2
    assert fee.answer == "Corrected in version 2: The new fee"
    kinds = list(Event.objects.order_by("-seq").values_list("kind", flat=True)[:2])
    assert kinds == ["flag.resolved", "article.published"]


def test_a_plan_resolves_the_flags_that_were_chosen_when_its_hour_comes(
    article: Article, flag_it: Raise, alice: User, bob: User, mary: User, signed_in: SignIn
) -> None:
    from articles import documents

    fee, _hours, closed = flag_it("Fee"), flag_it("Hours"), flag_it("Closed meanwhile")
    seq = replace_draft(alice, article.pk, documents.from_markdown("A permit costs **795 kr**.").document)
    day = timezone.localdate() + timedelta(days=1)
    with pytest.raises(access.NotFound):
        plan_publication(alice, article.pk, timezone.now() + timedelta(days=1), settles=[987_654])
    said = {"seq": seq, "seen": 1, "note": "The new fee", "significance": "normal", "do": "plan", "hour": "08:00"}
    chosen = {"day": day.isoformat(), "settles": [fee.pk, closed.pk]}
    assert signed_in(alice).post(f"/articles/{article.pk}/publish/", {**said, **chosen}).status_code == 302
    plan = Plan.objects.get()
    assert "Fee" in text(signed_in(alice), plan.get_absolute_url())
    answering.decline_flag(alice, closed.pk, "It holds.")
    assert carry_out(plan.pk, plan.at)
    found = {flag.body: (flag.status, flag.answer) for flag in Flag.objects.all()}
    assert found["Fee"] == ("resolved", "Corrected in version 2: The new fee")
    assert found["Hours"] == ("new", "")
    assert found["Closed meanwhile"] == ("declined", "It holds.")


def test_approving_resolves_the_flags_that_were_chosen(
    article: Article, flag_it: Raise, admin: User, alice: User, signed_in: SignIn
) -> None:
    from articles import documents

    fee, hours = flag_it("Fee"), flag_it("Hours")
    replace_draft(alice, article.pk, documents.from_markdown("A permit costs **795 kr**.").document)
    proposal, client = propose_article(alice, article.pk), signed_in(admin)
    assert f'name="settles" value="{fee.pk}"' in text(client, proposal.get_absolute_url())
    refused = client.post(proposal.get_absolute_url(), {"do": "approve", "seen": 0, "settles": [fee.pk]})
    assert refused.status_code == 409
    assert f'value="{fee.pk}" checked' in refused.content.decode(), "what was ticked stays"
    done = client.post(proposal.get_absolute_url(), {"do": "approve", "seen": 1, "settles": [fee.pk]})
    assert done.status_code == 302
    fee.refresh_from_db()
    hours.refresh_from_db()
    assert (fee.status, fee.answered_by, fee.version and fee.version.number) == ("resolved", admin, 2)
    assert hours.is_open


def test_a_publication_that_is_refused_resolves_nothing(
    article: Article, flag_it: Raise, alice: User, signed_in: SignIn
) -> None:
    flag = flag_it()
    said = {"seq": 1, "seen": 1, "significance": "normal", "settles": [flag.pk]}
    assert signed_in(alice).post(f"/articles/{article.pk}/publish/", said).status_code == 409
    flag.refresh_from_db()
    assert flag.is_open


def test_managers_set_the_hours_on_a_page(mary: User, bob: User, signed_in: SignIn) -> None:
    assert signed_in(bob).get("/flags/hours/").status_code == 403
    client = signed_in(mary)
    assert "08:00–17:00" in text(client, "/flags/hours/")
    week = {f"day{number}": "07.30-12, 13:00–16:30" for number in range(5)} | {"day5": "", "day6": ""}
    said = {"do": "hours", **week, "urgent": "30 min", "normal": "8 h", "low": "1 tim 30 minuter"}
    assert client.post("/flags/hours/", said).status_code == 302
    shown = text(client, "/flags/hours/")
    assert "07:30–12:00, 13:00–16:30" in shown
    assert all(f'value="{words}"' in shown for words in ("30 min", "8 h", "1 h 30 min"))
    assert CentreHours.objects.get().targets == {"urgent": 30, "normal": 480, "low": 90}
    bare = client.post("/flags/hours/", {**said, "urgent": "9"}).content.decode()
    assert "like this: 9 h, 30 min" in bare, "9 of what?"
    answer = client.post("/flags/hours/", {**said, "day0": "early"})
    assert answer.status_code == 422
    assert "like this: 08:00–17:00" in answer.content.decode()
    day = timezone.localdate().isoformat()
    assert client.post("/flags/hours/", {"do": "holiday", "day": day, "name": "Feast", "hours": ""}).status_code == 302
    assert "Feast" in text(client, "/flags/hours/")
    client.post("/flags/hours/", {"do": "remove", "day": day})
    assert "Removed: Feast." in text(client, "/flags/hours/"), "said once"
    assert "Feast" not in text(client, "/flags/hours/")


# --- Calls and searches ---------------------------------------------------------------------------------


def test_two_questions_at_the_end_of_a_call_and_no_leads_to_a_flag(
    article: Article, alice: User, bob: User, signed_in: SignIn
) -> None:
    client, address = signed_in(bob), f"/articles/{article.pk}/answered/"
    good = client.post(address, {"customer": "yes", "article": "yes"})
    assert good["Location"] == article.get_absolute_url()
    bad = client.post(address, {"customer": "yes", "article": "no", "query": "permit fee"})
    assert bad["Location"].startswith("/flags/new/?")
    assert "permit fee" in text(client, bad["Location"])
    made = client.post(address, {"customer": "no", "article": "yes"}, headers={"X-Dialog": "1"}).json()
    assert CallOutcome.objects.count() == 3
    assert client.delete(f"/api/v1/calls/{made['call']}").status_code == 204
    assert CallOutcome.objects.count() == 2
    assert "Calls in 90 days" not in text(client, address)
    assert "Calls in 90 days" in text(signed_in(alice), address)


def test_searches_are_counted_by_day_without_who_and_without_numbers_of_people(bob: User, signed_in: SignIn) -> None:
    client = signed_in(bob)
    for words in ("Charging  Cable", "charging cable", "19121212-1212 anna@example.org fee"):
        client.get("/search/", {"q": words})
    client.get("/search/", {"q": "charging cable"}, headers={"X-Live": "1"})
    client.post("/search/clicked/", {"q": "charging cable"})
    for said in ({"found": "0"}, {"found": "3", "opened": "1"}, {"found": "3"}, {"found": "0", "opened": "1"}):
        assert client.post("/search/asked/", {"q": "Mooring  boats", **said}).status_code == 204
    assert client.post("/search/asked/", {}).status_code == 204
    assert search_log.write() == 3
    rows = {row.words: (row.searches, row.empty, row.clicks) for row in SearchedWords.objects.all()}
    assert rows["charging cable"] == (2, 2, 1)
    assert rows["mooring boats"] == (4, 2, 1), "asked in the palette"
    assert not any("1212" in words or "anna" in words for words in rows)
    assert search_log.write() == 0
    SearchedWords.objects.update(day=timezone.localdate().replace(year=2020))
    assert search_log.forget(timezone.localdate()) == 3


def test_a_search_without_an_answer_offers_to_report_it(bob: User, signed_in: SignIn) -> None:
    shown = text(signed_in(bob), "/search/?q=charging+cable")
    assert "/flags/new/?kind=missing&amp;query=charging%20cable" in shown
