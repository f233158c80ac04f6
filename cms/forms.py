"""What readers type to narrow a list."""

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cms.models import Honour, HonourAward, HonourList, Level

LONGEST_QUERY = 40


class PeopleForm(forms.Form):
    """Search among people."""

    q = forms.CharField(
        label=_("姓名、工种或单位"),
        max_length=LONGEST_QUERY,
        required=False,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )

    def narrow(self, people):
        """`people` that match; all of them when nothing valid was typed."""
        words = self.cleaned_data.get("q") if self.is_valid() else ""
        return people.matching(words) if words else people


class HonourRollForm(forms.Form):
    """Year, honour, level and words. A value that does not exist counts as not chosen."""

    year = forms.TypedChoiceField(
        label=_("年度"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs={"class": "select"}),
    )
    award = forms.ModelChoiceField(
        label=_("奖项"),
        queryset=Honour.objects.all(),
        required=False,
        empty_label=_("全部奖项"),
        widget=forms.Select(attrs={"class": "select"}),
    )
    level = forms.ChoiceField(
        label=_("级别"),
        choices=[("", _("全部级别")), *Level.choices],
        required=False,
        widget=forms.Select(attrs={"class": "select"}),
    )
    q = forms.CharField(
        label=_("姓名或单位"),
        max_length=LONGEST_QUERY,
        required=False,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )

    def __init__(self, data):
        super().__init__(data)
        self.fields["year"].choices = [(year, year) for year in self.years]
        self.data = {name: self.data.get(name) for name in self.fields}
        if self.years and not self.data["year"]:
            self.data["year"] = self.years[0]
        self.is_valid()

    @cached_property
    def years(self) -> list[int]:
        """Years with public awards or an announced list, latest first."""
        awarded = HonourAward.objects.public().order_by().values_list("year", flat=True).distinct()
        listed = HonourList.objects.order_by().values_list("year", flat=True).distinct()
        return sorted({*awarded, *listed}, reverse=True)

    @property
    def chosen_year(self) -> int | None:
        """The chosen year, else the latest; None while there is no award at all."""
        return self.cleaned_data.get("year") or (self.years[0] if self.years else None)

    @property
    def chosen_honour(self) -> Honour | None:
        return self.cleaned_data.get("award")

    def narrow(self, awards, year, honour):
        """`awards` of the year and honour that match the level and words typed."""
        awards = awards.filter(year=year)
        if honour is not None:
            awards = awards.filter(honour=honour)
        if level := self.cleaned_data.get("level"):
            awards = awards.filter(honour__level=level)
        if words := self.cleaned_data.get("q"):
            awards = awards.matching(words)
        return awards
