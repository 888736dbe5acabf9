"""Rules for pages: CSS selectors and XPath."""

from __future__ import annotations

import pytest
from lxml import etree

from feedpub.collect import rules
from feedpub.collect.options import Selectors

_PAGE = """<html><body>
<div id="a" class="news item"><h2>One</h2> <a href="/1" title="First">Read&nbsp;more</a><p>Left</p><p>Right</p></div>
<div id="b" class="item"><h2></h2><a href="/2"><img src="2.jpg" data-src="large.jpg"></a>
<script>var hidden;</script></div>
</body></html>"""


@pytest.fixture
def root() -> rules.Element:
    tree = etree.HTML(_PAGE)
    assert tree is not None
    return tree


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("div.item", ["a", "b"]),
        (".news", ["a"]),
        ("div:has(img)", ["b"]),
        ("//div[contains(@class, 'item')]", ["a", "b"]),
        ("(//div)[last()]", ["b"]),
        ("./body/div[1]", ["a"]),
        ("  div.news  ", ["a"]),
        (("#none", "#b", "#a"), ["b"]),
        ("#none", []),
        ((), []),
        ("//div/@id", []),
    ],
)
def test_elements_are_found_by_css_and_by_xpath(rule: Selectors, expected: list[str], root: rules.Element) -> None:
    assert [one.get("id") for one in rules.select(root, rule)] == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("h2", ["One"]),
        ("//a/@href", ["/1", "/2"]),
        ("string(//h2)", ["One"]),
        ("normalize-space(//div[2])", ["var hidden;"]),
        ("#a", ["One Read more Left Right"]),
        ("#b", []),
        ("//p/text()", ["Left", "Right"]),
        (("//h3/text()", "//h2/text()"), ["One"]),
    ],
)
def test_texts_are_what_a_reader_sees(rule: Selectors, expected: list[str], root: rules.Element) -> None:
    assert rules.texts(root, rule) == expected


def test_a_rule_is_asked_within_an_element_and_may_be_the_element_itself(root: rules.Element) -> None:
    (first, second) = rules.select(root, "div.item")
    assert (rules.values(first, "a", "href"), rules.values(second, "./a", "href")) == (["/1"], ["/2"])
    assert rules.select(first, ".") == rules.select(first, "div.item") == [first]


def test_values_are_the_first_attribute_that_there_is(root: rules.Element) -> None:
    assert rules.values(root, "img", "data-src", "src") == ["large.jpg"]
    assert rules.values(root, "a", "title", "href") == ["First", "/2"]
    assert rules.values(root, "h2", "title") == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("", "is empty"),
        (("a", " "), "is empty"),
        ("a[", "is no CSS selector"),
        ("a::before::after", "is no CSS selector"),
        ("div:nope(2)", "is no CSS selector"),
        ("//a[", "is no XPath"),
        ("//a[$name]", "it has a variable"),
        ("count(//a)", "gives a number"),
        ("boolean(//a)", "gives true or false"),
        ("document('/etc/passwd')", "there is no function document"),
        ("//a[re:test(@href, 'x')]", "there is no function re:test"),
        ("//a[fetch(@href)]", "there is no function fetch"),
    ],
)
def test_what_is_no_rule_is_refused_with_its_key(rule: Selectors, said: str) -> None:
    with pytest.raises(ValueError, match=r"^page: title: ") as refused:
        rules.check("page: title", rule)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "rule", ["a", "./a", ".//a[contains(., 'x(y)')]", "string(.//a)", "@href", ".", "../a", "(.//a)[1]"]
)
def test_rules_within_an_item_are_taken(rule: str) -> None:
    rules.check("link", rule, within=True)


@pytest.mark.parametrize("rule", ["//a", "/html", "(//a)[1]"])
def test_rules_that_leave_their_item_are_refused(rule: str) -> None:
    with pytest.raises(ValueError, match="looks at the whole page"):
        rules.check("link", rule, within=True)
