"""Evidence for every cell: which printed token stands there, what the identities make of it, and why in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..forms import Form
from ..model import LARGEST, Document, Evidence, How, Place, Printed, Status, Token
from .decision import LOST, UNKNOWN, Decision, number_of, printed_as
from .problem import Block, Layout, same_token
from .sentences import identities_named, lines_of

_STATUS: dict[Printed, Status] = {
    "blank": "blank",
    "absent": "absent",
    "not_applicable": "not_applicable",
    "unreadable": "unreadable",
    "impossible": "unreadable",
    "number": "read",
}
_PRINTED: dict[Printed, str] = {
    "blank": "此格空白",
    "absent": "此格没有印出数字",
    "not_applicable": "此格写作不适用",
    "unreadable": "此格印的不是清楚的数字",
    "impossible": "此格印的不是可用的数",
    "number": "此格印有数字",
}
_OFFLINE = ("offline",)
_HOLDS = "所在等式全部成立"
_CHOSEN = "几种读法中只有此值使等式成立，略去任何一条等式仍然如此"
_FILLED = "由等式推出，略去任何一条等式仍得此值"
_NO_COLUMN = "属于哪一列没有表头、格线或完整的一行可以证明"
_NO_ROW = "表中没有找到这一行"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as resolved."""

    value: int | Decimal | None
    evidence: Evidence


class Weigher:
    """Makes the evidence of one report's cells; holds what all of them need."""

    def __init__(self, form: Form, layout: Layout, document: Document, decision: Decision) -> None:
        self.form = form
        self.layout = layout
        self.document = document
        self.decision = decision
        self.sound = [all(decision.holds[i] for i in within) and bool(within) for within in layout.containing]
        """Cells all of whose identities are checks that hold."""

    def block(self, number: int, block: Block) -> list[tuple[str, Cell]]:
        """The cells of one block."""
        group = block.group
        surviving = self.decision.surviving.get(number) or list(range(len(group.alternatives)))
        preferred = self._preferred(block, surviving)
        if number in self.decision.picked and sum(token is None for token in group.alternatives[preferred].tokens) >= LOST:
            preferred = self.decision.picked[number]
        tokens = group.alternatives[preferred].tokens
        placed = group.placed
        result = []
        for k, (path, token) in enumerate(zip(group.cells, tokens, strict=True)):
            at = self.layout.index.get(path)
            if at is None:
                result.append((path, self._unchecked(block, k, path, token, placed)))
            elif placed and group.complete:
                result.append((path, self._checked(block, k, at, token, preferred, surviving)))
            else:
                result.append((path, self._loose(block, k, at, token, preferred, surviving, placed)))
        return result

    def missing(self, path: str) -> Cell:
        """A cell for which no reader found anything."""
        at = self.layout.index.get(path)
        value = None if at is None or at in self.decision.contested else self.decision.values[at]
        if value is None:
            return Cell(None, Evidence(printed="absent", status="absent", why=_NO_ROW))
        why = f"{_NO_ROW}，数由{self._forcing(at or 0)}推出"
        return Cell(value, Evidence(how="deduced", printed="absent", status="deduced", why=why))

    def _preferred(self, block: Block, surviving: Sequence[int]) -> int:
        """The surviving alternative that agrees with everything certain and prints most of it; the first of such."""
        if len(surviving) == 1:
            return surviving[0]
        places = [self.layout.index.get(path) for path in block.group.cells]
        known = [None if at is None else self.decision.values[at] for at in places]
        best, most = surviving[0], -1
        for number in surviving:
            printed = [number_of(token) for token in block.group.alternatives[number].tokens]
            if all(value is None or n in (UNKNOWN, value) for n, value in zip(printed, known, strict=True)):
                support = sum(value is not None and n == value for n, value in zip(printed, known, strict=True))
                if support > most:
                    best, most = number, support
        return best

    def _checked(self, block: Block, k: int, at: int, token: Token | None, preferred: int, surviving: Sequence[int]) -> Cell:
        """A cell of sections three and four whose label and values belong together."""
        decision = self.decision
        number = number_of(token)
        if at in decision.contested:
            return self._contested(block, k, at, token, preferred)
        value = decision.values[at]
        if value is None:
            return self._undecided(block, k, at, token, preferred, surviving)
        marks = {printed_as(way) == "impossible" for way in (block.group.alternatives[n].tokens[k] for n in surviving)}
        if len(marks) > 1:
            # An impossible print keeps its cell empty, so a cell that may or may not hold it is not certain, whatever the sums say.
            return self._undecided(block, k, at, token, preferred, surviving)
        given = decision.given[at]
        columned = block.group.column != "open" or len(block.group.alternatives) > 1
        proven = columned and self.sound[at] and (given or decision.spare[at])
        if number != UNKNOWN:
            if given and not columned:
                return self._cell(value, token, block.by(preferred, k), "read", why=_NO_COLUMN)
            if proven:
                return self._cell(value, token, self._by(block, k, token, preferred), "verified", why=_HOLDS if given else _CHOSEN)
            status: Status = "read" if given else "deduced"
            why = self._unsound(at) if given or decision.spare[at] else f"几种读法中由{self._forcing(at)}选定，没有另一条等式佐证"
            return self._cell(value, token, self._by(block, k, token, preferred), status, why=why)
        printed = printed_as(token)
        if printed == "impossible":
            why = f"{_PRINTED[printed]}；若为 {value}，等式成立"
            return self._cell(None, token, block.by(preferred, k), "unreadable", why=why, impossible=True)
        if printed == "not_applicable" and value:
            # “/” says that there is nothing to count: no sum can make a number of it.
            return self._cell(None, token, (), "not_applicable", why=f"{_PRINTED[printed]}，而等式要求为 {value}，请核对")
        if proven:
            return self._cell(value, token, (), "verified", how="deduced", why=f"{_PRINTED[printed]}，{_FILLED}")
        reason = self._unspared(at) if not decision.spare[at] else f"但{_NO_COLUMN}" if not columned else f"但{self._unsound(at)}"
        return self._cell(value, token, (), "deduced", how="deduced", why=f"{_PRINTED[printed]}，由{self._forcing(at)}推出，{reason}")

    def _undecided(self, block: Block, k: int, at: int, token: Token | None, preferred: int, surviving: Sequence[int]) -> Cell:
        """A cell that keeps more than one value."""
        number = number_of(token)
        others = self._others(block, k, token, surviving)
        printed = printed_as(token)
        if number == UNKNOWN and not others:
            why = f"{_PRINTED[printed]}，等式也推不出唯一的数"
            return self._cell(None, token, (), _STATUS[printed], why=why, impossible=printed == "impossible")
        why = self._alternatives(block, number if number != UNKNOWN else None, others)
        return self._cell(number if number != UNKNOWN else None, token, block.by(preferred, k), "open", why=why)

    def _contested(self, block: Block, k: int, at: int, token: Token | None, preferred: int) -> Cell:
        """A cell of an identity that fails: what is printed stays."""
        failing = [self.layout.identities[i] for i in self.layout.containing[at] if self._fails(i)]
        why = f"所在等式{identities_named(self.form, failing)}不成立"
        number = number_of(token)
        if number == UNKNOWN:
            printed = printed_as(token)
            return self._cell(None, token, (), _STATUS[printed], why=f"{_PRINTED[printed]}，{why}", impossible=printed == "impossible")
        return self._cell(number, token, block.by(preferred, k), "contested", why=why)

    def _loose(self, block: Block, k: int, at: int, token: Token | None, preferred: int, surviving: Sequence[int], placed: bool) -> Cell:
        """A cell whose row is not certain, or whose readings could not all be listed: never verified."""
        if at in self.decision.contested and number_of(token) != UNKNOWN:
            return self._contested(block, k, at, token, preferred)
        if not placed and all(way.tokens[k] is None for way in block.group.alternatives):
            return self.missing(block.group.cells[k])
        number = number_of(token)
        value = number if number != UNKNOWN else None
        if placed and self.decision.values[at] not in (None, value):
            value = None
        reason = "读法太多，没有全部列出" if placed else self._competing(block)
        others = self._others(block, k, token, surviving)
        return self._cell(value, token, block.by(preferred, k), "open", why=reason + (f"；也可能是 {others}" if others else ""))

    def _unchecked(self, block: Block, k: int, path: str, token: Token | None, placed: bool) -> Cell:
        """A cell of section two, which no identity contains."""
        group = block.group
        value = self._value(path, token)
        printed: Printed = token.kind if token else "absent"
        impossible = printed == "number" and value is None
        if not placed and all(way.tokens[k] is None for way in group.alternatives):
            return self.missing(path)
        by = block.by(0, k)
        others = self._others(block, k, token, range(len(group.alternatives)))
        if not placed or not group.complete or others:
            why = self._competing(block) if not placed else self._alternatives(block, value, others) if others else "读法太多，没有全部列出"
            return self._cell(value, token, by, "open", why=why, impossible=impossible)
        if value is not None:
            return self._cell(value, token, by, "read", why="表二没有可以核对的等式")
        return self._cell(None, token, by, "unreadable" if impossible else _STATUS[printed], why=_PRINTED[printed], impossible=impossible)

    def _value(self, path: str, token: Token | None) -> int | Decimal | None:
        if token is None or token.kind != "number" or token.value is None:
            return None
        measure = self.form.column(path).measure
        if measure == "money":
            return token.value if token.value >= 0 else None
        least = -LARGEST if measure == "change" else 0
        return token.value if isinstance(token.value, int) and least <= token.value <= LARGEST else None

    def _cell(
        self,
        value: int | Decimal | None,
        token: Token | None,
        by: tuple[str, ...],
        status: Status,
        *,
        how: How = "read",
        why: str = "",
        impossible: bool = False,
    ) -> Cell:
        if how == "read" and by != _OFFLINE and by and all(reader.startswith("llm:") for reader in by):
            how = "llm"
        place: Place | None = self.document.place(token.start, token.end) if token is not None else None
        return Cell(
            value,
            Evidence(
                raw=token.raw if token is not None else None,
                place=place,
                how=how,
                printed="impossible" if impossible else token.kind if token is not None else "absent",
                status=status,
                verified=status == "verified",
                by=by,
                why=why,
            ),
        )

    def _by(self, block: Block, k: int, token: Token | None, preferred: int) -> tuple[str, ...]:
        """All readers with an alternative that says the same of the cell."""
        if not block.support:
            return block.readers
        same = [n for n, way in enumerate(block.group.alternatives) if same_token(way.tokens[k], token)]
        return tuple(dict.fromkeys(reader for n in [preferred, *same] for reader in block.by(n, k)))

    def _others(self, block: Block, k: int, token: Token | None, surviving: Sequence[int]) -> str:
        """The other things that surviving alternatives put in the cell: ``5、空``."""
        own = (token.kind, token.value) if token else None
        names: dict[str, None] = {}
        for number in surviving:
            other = block.group.alternatives[number].tokens[k]
            if ((other.kind, other.value) if other else None) != own:
                names[str(other.value) if other and other.kind == "number" else "空"] = None
        if own is None or own[0] != "number":
            names.pop("空", None)
        return "、".join([*list(names)[:6], *(["等"] if len(names) > 6 else [])])

    def _alternatives(self, block: Block, value: int | Decimal | None, others: str) -> str:
        where = lines_of(self.document, block.group.lines)
        first = f"可能是 {value}，也可能是 {others}" if value is not None else f"可能没有印出，也可能是 {others}"
        return f"{where + '：' if where else ''}{first}{'（' + block.group.why + '）' if block.group.why else ''}"

    def _competing(self, block: Block) -> str:
        where = lines_of(self.document, block.group.lines)
        reason = block.group.why or ("没有找到标签" if block.group.row == "unlabelled" else "几个标签或几行数可以互相搭配")
        return f"{where + '：' if where else ''}{reason}，不能断定数属于哪一项"

    def _fails(self, identity: int) -> bool:
        return identity in self.decision.failing or any(identity in clash for clash in self.decision.clashes)

    def _unspared(self, at: int) -> str:
        return "没有另一条等式佐证" if at in self.decision.lone else "但别处若有一格印错，推出的就是另一个数"

    def _forcing(self, at: int) -> str:
        lone = self.decision.lone.get(at)
        if lone is not None:
            return identities_named(self.form, [self.layout.identities[lone]])
        return "所在等式"

    def _unsound(self, at: int) -> str:
        idle = [self.layout.identities[i] for i in self.layout.containing[at] if not self.decision.holds[i]]
        return f"所在等式{identities_named(self.form, idle)}中还有未定的格，不能核对"
