"""Template tags become what they mean; nothing of them is left in the text."""

from __future__ import annotations

from typing import Any

import pytest
from pycrdt import Doc

from articles import documents
from articles.transfer.tag_syntax import arguments
from articles.transfer.template_tags import TemplateTags


def converted(text: str, *, markdown: bool = True) -> tuple[dict[str, Any], list[str]]:
    tags = TemplateTags(markdown=markdown)
    hidden = tags.hide(text)
    made = documents.from_markdown(hidden) if markdown else documents.from_html(hidden)
    document = tags.settle(made.document)
    documents.check_document(document)
    doc: Doc = Doc()
    documents.write_draft(doc, document)
    assert documents.read_draft(doc) == document, "it is not in canonical form: an import would see a change in it"
    return document, tags.losses


def html(text: str, *, markdown: bool = True) -> str:
    shown = documents.render(converted(text, markdown=markdown)[0]).html
    assert "kbtag" not in shown
    return shown.replace(' loading="lazy" decoding="async"', "")


def losses(text: str) -> list[str]:
    return converted(text)[1]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ('{% page "/leave#sick" %}', "/leave#sick"),
        ('{% page "travel/leave/" %}', "/travel/leave/"),
        ("{%page 'leave'%}", "/leave"),
        ('{%- link "https://www.gsa.gov" -%}', "https://www.gsa.gov"),
        ('{% page\n"/leave" %}', "/leave"),
        ('{% download "downloads/a form.pdf" %}', "/downloads/a%20form.pdf"),
        ("{{site.base_url}}/agreements/", "/agreements/"),
        ("{{ base.baseurl }}/software/", "/software/"),
    ],
)
def test_a_tag_in_a_link_is_its_address(written: str, address: str) -> None:
    shown = html(f"See [the page]({written}) now.")
    assert f'href="{address}"' in shown
    assert losses(f"[x]({written})") == []


def test_a_tag_in_a_link_definition_and_in_html_is_its_address() -> None:
    assert 'href="/a"' in html('See [b][c].\n\n[c]:{% page "/a" %}\n')
    assert 'href="/a"' in html('<p><a href="{% page "/a" %}">b</a></p>', markdown=False)


def test_a_tag_in_the_text_is_a_link_to_its_address() -> None:
    assert '<a href="/leave">/leave</a>' in html('Go to {% page "leave" %}.')


def test_a_channel_is_its_name_with_what_it_was_called() -> None:
    assert html('{% slack_channel "travel" %} or {% slack_channel "#a_b" "The *b* team" %}') == (
        "<p>#travel or The *b* team (#a_b)</p>"
    )


def test_a_channel_keeps_the_marks_around_it() -> None:
    assert html('**Ask {% slack_channel "travel" %}**') == "<p><strong>Ask #travel</strong></p>"


def test_an_image_stands_where_its_tag_stood() -> None:
    assert html('A {% image "_img/a b.png" "Alt" %} b') == '<p>A <img src="/_img/a%20b.png" alt="Alt"> b</p>'
    assert html('{% image "_img/a.png" "Alt" %}') == '<p><img src="/_img/a.png" alt="Alt"></p>'
    assert html('{% image_with_class\n "_img/a.png"\n "wide"\n "Alt"\n%}') == '<p><img src="/_img/a.png" alt="Alt"></p>'
    assert html('- item\n\n  {% image "_img/a.png" %}') == (
        '<ul><li><p>item</p>\n<p><img src="/_img/a.png" alt=""></p></li></ul>'
    )


def test_quotation_marks_inside_an_alternative_text_belong_to_it() -> None:
    assert arguments('"_img/a.png" "don\'t click "allow""') == ["_img/a.png", 'don\'t click "allow"']


def test_a_linked_image_keeps_its_link() -> None:
    assert '<a href="/big"><img src="/a.png" alt="b"></a>' in html('[{% image "a.png" "b" %}](/big)')


def test_an_alert_is_a_box_with_its_title() -> None:
    assert html('Before\n{% alert "Read <this>","warning" %}\n  A **rule**.\n\n  - one\n{% endalert %}\nAfter') == (
        "<p>Before</p>\n"
        '<aside class="callout" data-kind="warning" aria-label="Warning"><p><strong>Read &lt;this&gt;</strong></p>\n'
        "<p>A <strong>rule</strong>.</p>\n<ul><li>one</li></ul></aside>\n<p>After</p>"
    )


@pytest.mark.parametrize(
    ("level", "kind"), [("", "info"), ('"" "info"', "info"), ('"" "success"', "info"), ('"", "error"', "warning")]
)
def test_the_levels_of_alerts_are_our_two_kinds(level: str, kind: str) -> None:
    assert f'data-kind="{kind}"' in html(f"{{% alert {level} %}}x{{% endalert %}}")


def test_an_alert_stays_inside_its_list_item() -> None:
    shown = html("1. First\n\n   {% alert %}\n   Careful\n   {% endalert %}\n\n2. Second")
    assert shown.count("<ol") == 1
    assert "<aside" in shown.split("<li>")[1]


def test_alerts_inside_alerts_and_in_html_are_boxes() -> None:
    assert html("{% alert %}a\n{% alert %}b{% endalert %}\n{% endalert %}").count("<aside") == 2
    assert html("<div>{% alert 'T' %}<p>b</p>{% endalert %}</div>", markdown=False).count("<aside") == 1


def test_half_an_alert_is_told_and_loses_no_text() -> None:
    document, told = converted('{% alert "x" %}\n\nText\n\n{% endalert %}{% endalert %}')
    assert "Text" in documents.to_text(document)
    assert told == ["Template tags were left out: “{% endalert %}”."]
    assert losses("{% alert %} Text") == ["Template tags were left out: “{% alert %}”."]


def test_comments_are_gone_without_a_word() -> None:
    assert html("One{% comment %}TODO\n\nlink{% endcomment %} two {# three #}") == "<p>One two</p>"
    assert losses("a {% comment %}b{% endcomment %}") == []


def test_raw_stands_as_it_is() -> None:
    text = (
        '```\n{% raw %}{% image "a" %}{% endraw %}\n```\n\n'
        'Use `{% raw %}{% page %}{% endraw %}` or `{{ "{%include%}" }}`.'
    )
    shown = html(text)
    assert "{% image &quot;a&quot; %}" in shown
    assert "<code>{% page %}</code> or <code>{%include%}</code>" in shown
    assert losses(text) == []


def test_tags_in_code_are_shown_not_meant() -> None:
    text = '```jinja\n{% if x %}{{ y }}{% alert %}\n```\n\nInline `{{ user.name }}` and `{% page "/a" %}`.'
    shown = html(text)
    assert "{% if x %}{{ y }}{% alert %}" in shown
    assert "<code>{{ user.name }}</code>" in shown
    assert "<code>{% page &quot;/a&quot; %}</code>" in shown
    assert losses(text) == []


def test_what_only_the_old_site_could_fill_in_is_told_by_name() -> None:
    text = (
        'A\n\n{% include "steps.html" current:2 %}\n\n{% render "nav.html", level:2 %}\n\n'
        "{{ site.description }} b {% foo %}"
    )
    document, told = converted(text)
    assert documents.to_text(document).split() == ["A", "b"]
    assert told == [
        "Parts that another file supplied were left out: “steps.html”, “nav.html”.",
        "Values that the old site filled in were left out: “site.description”.",
        "Template tags were left out: “{% foo %}”.",
    ]


def test_what_held_only_a_tag_goes_and_what_must_stay_stays() -> None:
    assert html("{% include 'a' %}\n\nText") == "<p>Text</p>"
    converted("- {% include 'a' %}\n- b\n\n> {% include 'a' %}\n\n| a |\n| - |\n| {% include 'a' %} |\n")
    converted("{% include 'only' %}")


def test_icons_are_told() -> None:
    assert losses('{% uswds_icon "campaign" %} News') == ["Icons were left out: “campaign”."]


def test_a_text_without_tags_is_not_touched() -> None:
    text = "Costs { 5 } % of {a}, 100 %} and {%"
    assert TemplateTags(markdown=True).hide(text) == text
