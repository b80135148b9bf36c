"""What flags, calls and searches tell, as numbers, charts and files."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from articles import charts, documents, insights
from articles.actions import answering
from articles.actions.article import create_article, update_article
from articles.actions.calls import note_call, take_back_call
from articles.actions.category import create_category
from articles.actions.commenting import add_comment, delete_comment
from articles.actions.flagging import raise_flag
from articles.actions.problems import Conflict, TooMany
from articles.actions.publishing import publish_article
from articles.models import Article, CallOutcome, Comment, Flag, FlagStep, SearchedWords, Step, User
from articles.search.stems import stem_key
from articles.views.insights import hours, plain
from tests.conftest import MakeArticle
from tests.pages.conftest import counted, tables

from .conftest import Raise

SignIn = Callable[[User], Client]


@given(st.lists(st.integers(0, 1_000), min_size=1), st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_a_quantile_is_a_value_that_so_many_do_not_exceed(values: list[int], share: float) -> None:
    found = insights.quantile([float(value) for value in values], share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)


def test_times_are_hours_of_work(flag_it: Raise, alice: User) -> None:
    monday = timezone.localtime() - timedelta(days=timezone.localdate().weekday() + 7)
    friday_before = (monday - timedelta(days=3)).replace(hour=16, minute=0, second=0, microsecond=0)
    flag = flag_it()
    answering.resolve_flag(alice, flag.pk, "Done.")
    done = monday.replace(hour=9, minute=0, second=0, microsecond=0)
    Flag.objects.update(created_at=friday_before, first_answer_at=done, closed_at=done)
    found = insights.insights(8)
    assert found.first.median == found.whole.most == 120
    assert (found.raised, found.open) == (1, 0)
    assert [week.raised for week in found.weeks].count(1) == 1


def test_what_is_counted(flag_it: Raise, article: Article, alice: User, bob: User) -> None:
    one, two = flag_it("One", kind="outdated"), flag_it("Two", kind="outdated")
    flag_it("Three", article=None, kind="missing")
    answering.resolve_flag(alice, one.pk, "Done.")
    answering.reopen_flag(bob, one.pk, "No.")
    answering.decline_flag(alice, two.pk, "No.")
    for helped in (True, True, False):
        note_call(bob, article.pk, customer_helped=True, article_helped=helped)
    found = insights.insights(4)
    assert [(row.name, row.count, row.open) for row in found.kinds] == [("outdated", 2, 1), ("missing", 1, 1)]
    assert {row.name: row.count for row in found.categories} == {"Permits": 2, "": 1}
    assert (found.open, found.reopened, found.declined) == (2, 1, 1)
    assert (found.calls, found.answered) == (3, 2)
    assert insights.article_calls(article.pk) == (3, 3, 2)


def test_what_is_closed_or_reopened_counts_in_the_week_in_which_it_was(
    flag_it: Raise, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(insights, "MOST_FLAGS", 1)
    old, older, new = flag_it("One"), flag_it("Two"), flag_it("Three")
    for flag in (old, older):
        answering.resolve_flag(alice, flag.pk, "Done.")
        answering.reopen_flag(bob, flag.pk, "No.")
    for flag in (old, new):
        answering.resolve_flag(alice, flag.pk, "Done now.")
    before = timezone.now() - timedelta(weeks=5)
    Flag.objects.filter(pk__in=[old.pk, older.pk]).update(created_at=before)
    FlagStep.objects.filter(flag=older, action=Step.REOPENED).update(at=before)
    found = insights.insights(4)
    assert [(week.raised, week.closed, week.reopened) for week in found.weeks] == [(0, 0, 0)] * 3 + [(1, 2, 1)]
    assert (found.raised, len(found.whole.minutes), found.reopened) == (1, 1, 0)
    long = insights.insights(12)
    assert (long.raised, long.kinds[0].count, long.reopened) == (3, 3, 2), "all are counted"
    assert [week.reopened for week in long.weeks[-6:]] == [1, 0, 0, 0, 0, 1]
    assert len(long.whole.minutes) == 1, "and the newest are timed"


def test_articles_are_in_the_order_of_flags_and_comments_that_one_may_know_of(
    flag_it: Raise, make_article: MakeArticle, article: Article, bob: User, mary: User, alice: User, signed_in: SignIn
) -> None:
    marked = make_article("Marked", "Open.\n\n::: roles writers\nThe code is 4711.\n:::")
    hidden = make_article("Hidden", roles=["writers"])
    flag_it("One"), flag_it("Two")
    add_comment(bob, article.pk, "Gone soon."), add_comment(alice, hidden.pk, "Nobody else reads it.")
    deleted = add_comment(bob, article.pk, "Deleted.")
    delete_comment(bob, deleted.pk)
    for _ in range(4):
        add_comment(bob, marked.pk, "Hm.")
    add_comment(alice, marked.pk, "4712.", quote="4711"), flag_it("4712", article=marked, by=alice, quote="4711")
    Comment.objects.filter(body="Gone soon.").update(created_at=timezone.now() - timedelta(weeks=9))
    found = [(row.title, row.flags, row.comments) for row in insights.most_spoken_of(mary, 4)]
    assert found == [("Marked", 0, 4), (article.title, 2, 0)]
    found = [(row.title, row.flags, row.comments) for row in insights.most_spoken_of(alice, 12)]
    assert found == [("Marked", 1, 5), (article.title, 2, 1), ("Hidden", 0, 1)]
    rows = list(
        csv.reader(StringIO(signed_in(mary).get("/insights/?weeks=4&csv=articles").content.decode("utf-8-sig")))
    )
    assert rows == [
        ["Article", "Together", "Flags", "Comments"],
        ["Marked", "4", "0", "4"],
        [article.title, "2", "2", "0"],
    ]
    shown = signed_in(mary).get("/insights/?weeks=4").content.decode()
    assert marked.get_absolute_url() in shown
    assert "Hidden" not in shown


def test_what_people_say_adds_no_question_to_the_insights(
    flag_it: Raise, article: Article, bob: User, mary: User, signed_in: SignIn
) -> None:
    client = signed_in(mary)

    def asked() -> list[str]:
        with counted() as queries:
            assert client.get("/insights/?weeks=4").status_code == 200
        return tables(queries)

    flag_it("One"), add_comment(bob, article.pk, "One.")
    asked()
    few = asked()
    for number in range(15):
        flag_it(f"Number {number}"), add_comment(bob, article.pk, f"Number {number}")
    asked()
    assert asked() == few


def test_searches_that_mean_the_same_are_one() -> None:
    assert stem_key("bin fees") == stem_key("the fee for the bin") == stem_key("Fee bins")
    assert stem_key("avgifter sopor") == stem_key("avgiften sopor")
    assert stem_key("dog") != stem_key("bin")
    assert stem_key("the") == "the"


def test_searches_are_grouped_and_the_most_frequent_come_first(db: None) -> None:
    day = timezone.localdate()
    for words, counts in {"bin fee": (5, 5, 0), "bin fees": (3, 3, 0), "dog tax": (6, 1, 2), "snow": (9, 0, 9)}.items():
        SearchedWords.objects.create(day=day, words=words, searches=counts[0], empty=counts[1], clicks=counts[2])
    SearchedWords.objects.create(day=day - timedelta(days=400), words="old", searches=99, empty=99)
    nothing, passed = insights.searches(4)
    assert [(one.words, one.others, one.empty) for one in nothing] == [
        ("bin fee", ("bin fees",), 8),
        ("dog tax", (), 1),
    ]
    assert [(one.words, one.unclicked) for one in passed] == [("dog tax", 3)]


def test_the_page_is_for_managers_and_asks_little(flag_it: Raise, mary: User, bob: User, signed_in: SignIn) -> None:
    flag_it()
    assert signed_in(bob).get("/insights/").status_code == 403
    shown = signed_in(mary).get("/insights/?weeks=4").content.decode()
    assert shown.count('<svg class="chart"') >= 2
    assert 'role="img" aria-label="Flags raised and closed in each week"' in shown


def test_topics_that_are_not_for_a_manager_are_counted_without_their_names(
    flag_it: Raise, admin: User, mary: User, signed_in: SignIn
) -> None:
    flag_it()
    hidden = create_category(admin, "Layoffs", grants={"writers": ["view"]})
    secret = create_article(admin, hidden, "Who leaves", documents.from_markdown("Nobody.").document)
    publish_article(admin, secret.pk)
    raise_flag(admin, secret.pk, "incorrect", "normal", "It is somebody.")
    client = signed_in(mary)
    for address in ("/insights/?weeks=4", "/insights/?weeks=4&csv=categories"):
        shown = client.get(address).content.decode()
        assert "Layoffs" not in shown
        assert "layoffs" not in shown
        assert "Other topics" in shown
    assert "Layoffs" in signed_in(admin).get("/insights/?weeks=4&csv=categories").content.decode()


def test_topics_of_one_name_are_counted_each_by_itself_and_the_file_has_all(
    flag_it: Raise, article: Article, admin: User, mary: User, signed_in: SignIn
) -> None:
    everybody, writers = {"everyone": ["view"]}, {"writers": ["view"]}
    water = create_category(admin, "Water", grants=everybody)
    topics = [
        create_category(admin, "Fees", parent=water, grants=everybody),
        create_category(admin, "Fees", parent=article.category, grants=writers),
        create_category(admin, "Fees", parent=article.category, grants=everybody),
        *(create_category(admin, f"Topic {number}", grants=writers) for number in range(2)),
        *(create_category(admin, f"Topic {number}", grants=everybody) for number in range(2, 14)),
    ]
    flag = flag_it()
    for times, topic in enumerate(topics, start=1):
        made = create_article(admin, topic, f"Of {topic.slug}", documents.from_markdown("Text.").document)
        Flag.objects.bulk_create(  # as rows, in the time of one
            Flag(article=made, kind="other", severity="low", body="x", reporter=flag.reporter, assignee=mary,
                 created_at=flag.created_at, due=flag.due)
            for _ in range(times)
        )  # fmt: skip
    client = signed_in(mary)
    file = client.get("/insights/?weeks=4&csv=categories").content.decode("utf-8-sig")
    rows = {name: int(count) for name, count, _open in list(csv.reader(StringIO(file)))[1:]}
    assert rows == {
        "Water › Fees": 1, "Permits › Fees": 3, "Other topics": 2 + 4 + 5, "Permits": 1,
        **{f"Topic {number}": number + 4 for number in range(2, 14)},
    }  # fmt: skip
    shown = client.get("/insights/?weeks=4").content.decode()
    table = shown.partition('id="figure-categories"')[2].partition("</table>")[0]
    assert table.count("<tr>") == 1 + 12
    assert "Other topics" in table
    assert "Water › Fees" not in table


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "|cmd", "\r=1", "\n=1"])
def test_no_cell_of_a_file_is_computed(words: str) -> None:
    assert str(plain(words)).startswith("'")


def test_a_file_holds_what_the_page_shows_and_no_formula(mary: User, signed_in: SignIn) -> None:
    SearchedWords.objects.create(day=timezone.localdate(), words='=hyperlink("http://evil")', searches=2, empty=2)
    answer = signed_in(mary).get("/insights/?weeks=4&csv=nothing")
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == "Words"
    assert rows[1][0] == '\'=hyperlink("http://evil")'
    assert rows[1][1] == "2"
    assert signed_in(mary).get("/insights/?csv=users").status_code == 404


def test_a_chart_escapes_and_survives_having_nothing() -> None:
    drawn = charts.bars("<b>", ["<i>"], [charts.Series("x", "a", [None])])
    assert "<b>" not in drawn
    assert "&lt;i&gt;" in drawn
    assert "nan" not in charts.lines("t", [], [charts.Series("x", "a", [])])


def test_lines_with_the_same_values_are_all_seen_and_the_axis_says_its_unit() -> None:
    two = [charts.Series("median", "a", [1.0, 2.0]), charts.Series("most", "b", [1.0, 2.0])]
    with translation.override("sv"):
        drawn = charts.lines("t", ["1", "2"], two, hours)
        assert hours(5.5) == "5,5 tim"
    assert ">4 tim<" in drawn
    assert drawn.index("line b") < drawn.index("line a"), "the first lies above"
    assert re.findall(r'dot (\w).*? r="([\d.]+)"', drawn) == [("b", "5.5")] * 2 + [("a", "3.5")] * 2


@pytest.mark.parametrize(("most", "top"), [(0, 4), (4, 4), (7, 8), (41, 50), (99, 100), (101, 200)])
def test_an_axis_ends_at_a_round_number(most: float, top: float) -> None:
    assert charts.nice_top(most) == top


def test_a_call_is_taken_back_only_by_who_recorded_it_and_soon(
    article: Article, bob: User, alice: User, monkeypatch: Any
) -> None:
    from articles import access
    from articles.actions import calls

    call = note_call(bob, article.pk, customer_helped=True, article_helped=True)
    with pytest.raises(access.NotFound):
        take_back_call(alice, call.pk)
    CallOutcome.objects.update(at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(Conflict):
        take_back_call(bob, call.pk)
    monkeypatch.setattr(calls, "IN_WINDOW", 1)
    with pytest.raises(TooMany):
        note_call(bob, None, customer_helped=True, article_helped=True)


def test_an_owner_is_told_in_the_facts_whether_the_article_did_its_job_and_nobody_else(
    make_article: MakeArticle, bob: User, alice: User, mary: User, signed_in: SignIn
) -> None:
    article = make_article()
    update_article(alice, article.pk, owner_user=bob)
    line, address = "did its job in 2 of 3 calls", article.get_absolute_url()
    assert "no calls noted yet" in signed_in(bob).get(address).content.decode()
    for helped in (True, True, False):
        note_call(bob, article.pk, customer_helped=True, article_helped=helped)
    shown = signed_in(bob).get(address).content.decode()
    assert line in shown, "counted when it is read, although the page is kept"
    assert f'href="/articles/{article.pk}/answered/"' in shown
    for other in (alice, mary):
        assert line not in signed_in(other).get(address).content.decode()


def test_the_line_for_the_owner_costs_one_question_for_many_calls_and_others_none(
    make_article: MakeArticle, bob: User, signed_in: SignIn, alice: User
) -> None:
    article = make_article()
    client, address = signed_in(bob), article.get_absolute_url()
    client.get(address)
    with counted() as queries:
        client.get(address)
    others = tables(queries)
    update_article(alice, article.pk, owner_user=bob)
    client.get(address)
    for calls in (1, 30):
        for _ in range(calls):
            note_call(bob, article.pk, customer_helped=True, article_helped=True)
        with counted() as queries:
            client.get(address)
        assert sorted(tables(queries)) == sorted([*others, "articles_calloutcome"])
