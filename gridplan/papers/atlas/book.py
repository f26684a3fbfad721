"""A PDF of atlas sheets while it is made: what all of its pages share."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from gridplan.cartography.credits import credit
from gridplan.papers.atlas.facts import Facts
from gridplan.papers.atlas.form import AtlasForm
from gridplan.papers.atlas.ground import Ground
from gridplan.papers.atlas.parts import put_foot
from gridplan.papers.sheet import Sheet
from gridplan.plan.model import Plan


@dataclass
class Book:
    """The pages, and what they are made from.

    ``facts`` are what the pages say, ``public`` what the boards do, who may name others; ``address`` is that of the service;
    ``in_force`` has the communities where the plan holds.
    """

    sheet: Sheet
    ground: Ground
    facts: Facts
    public: Facts
    address: str | None
    form: AtlasForm
    source: Mapping[str, str]
    in_force: frozenset[str]
    _chapter: str | None = None

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.ground.plan

    def begin(self, community: str) -> None:
        """What comes now is of this community, with which its first page is listed in the outline of the file."""
        self._chapter = community

    def add_page(self, *, wide: bool = False, paper: str = "A4", grid: str | None = None) -> None:
        """A new page with its foot; the first one of a community or grid is listed in the outline."""
        self.sheet.add_page(orientation="landscape" if wide else "portrait", format=paper)
        put_foot(self.sheet, self.credit, self.made)
        if self._chapter is not None:
            self.sheet.start_section(f"{self._chapter} {self.facts.name_of(self._chapter)}", level=0)
            self._chapter = None
        if grid is not None:
            name = self.ground.grids.rows["name"].iat[self.ground.row_of[grid]]
            self.sheet.start_section(f"{grid} {name}", level=1)

    @cached_property
    def credit(self) -> str:
        """Whose data it is; that there are no streets where the town is not known."""
        told = credit(self.source, self.facts.language)
        if not self.ground.town_known:
            told = self.facts.say("atlas.semicolon").join(filter(None, (told, self.facts.say("atlas.no_town"))))
        return told

    @cached_property
    def made(self) -> str:
        """The plan and the day."""
        day = self.form.day
        told = self.facts.say("atlas.plan", plan=self.plan.id)
        if day is None:
            return told
        said = self.facts.say("paper.day", year=day.year, month=day.month, day=day.day)
        return self.facts.say("atlas.semicolon").join((told, said))

    def link(self, code: str) -> str:
        """What the QR code of a grid says: its page at the service, where the address of one is given, else its code.

        Where the plan is in force, the page is that of what is in force there, also when another plan has been adopted since.
        """
        if self.address is None:
            return code
        community = str(self.ground.grids.rows["community"].iat[self.ground.row_of[code]])
        root = f"adopted/{community}" if community in self.in_force else f"plans/{self.plan.id}"
        return f"{self.address.rstrip('/')}/{root}/collections/grids/items/{code}"

    def map_link(self, community: str) -> str:
        """The page of a community at the service: of what is in force there, else the map of the plan."""
        root = f"adopted/{community}" if community in self.in_force else f"plans/{self.plan.id}/map"
        return f"{(self.address or '').rstrip('/')}/{root}"
