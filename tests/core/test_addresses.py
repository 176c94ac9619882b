"""A domain in its own letters and in ASCII is one domain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sterling.core.addresses import forms, in_ascii, in_letters, one_form

PAIRS = [
    ("müller.example", "xn--mller-kva.example"),
    ("例子.中国", "xn--fsqu00a.xn--fiqs8s"),
    ("straße.example", "xn--strae-oqa.example"),
    ("почта.рф", "xn--80a1acny.xn--p1ai"),
]


@pytest.mark.parametrize(("letters", "wired"), PAIRS)
def test_both_ways_of_writing_lead_to_each_other(letters: str, wired: str) -> None:
    assert (in_ascii(letters), in_letters(wired)) == (wired, letters)
    assert one_form(f"Ana@{wired.upper()}") == one_form(f" ana@{letters}") == f"ana@{letters}"
    assert set(forms(f"ana@{letters}")) == set(forms(f"ana@{wired}")) == {f"ana@{letters}", f"ana@{wired}"}
    assert forms(f"Ana@{wired}")[0] == f"ana@{wired}"


def test_what_stands_before_the_at_is_only_put_in_small_letters() -> None:
    assert one_form("XN--mller-kva@Halden.example") == "xn--mller-kva@halden.example"
    assert forms("Müller@halden.example") == ("müller@halden.example",)
    assert one_form("nobody") == "nobody"


def test_the_same_letter_in_two_ways_is_one() -> None:
    assert one_form("a@mu\u0308ller.example") == "a@müller.example"
    assert one_form("a@例子。中国") == "a@例子.中国"


@pytest.mark.parametrize(
    "label",
    [
        "xn--",
        "xn--a",
        "xn--99999999999",
        "xn--abc-",
        "xn--mller-KVA",
        "xn--\u00fc",
        "xn--a-ecp",
        "xn--" + "a" * 90,
    ],
)
def test_what_no_registry_would_take_stays_as_it_is_written(label: str) -> None:
    assert in_letters(f"{label}.example") == f"{label}.example"


@pytest.mark.parametrize("shown", ["a/b", "a@b", "a b", "ex\u200bample", "\u202egood", "Ab\u00fc", "ﬁ"])
def test_nothing_but_letters_and_figures_passes_as_a_domain(shown: str) -> None:
    wired = "xn--" + shown.encode("punycode").decode("ascii")
    assert in_letters(wired) == wired or in_letters(wired).isalnum()


@given(st.text(max_size=60))
def test_any_text_has_one_form_and_is_one_of_its_own(text: str) -> None:
    once = one_form(text)
    assert one_form(once) == once
    assert {one_form(form) for form in forms(text)} == {once}
