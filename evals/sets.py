"""What can be measured: the seed reports, the bundled ones, generated ones, or a folder with labels."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from extractor.errors import LabelError, SettingsError

from .generate import one, parse_mess
from .label import Label, digest, load_label

ROOT = Path(__file__).resolve().parent.parent
BUNDLED = ROOT / "reports"
REAL_LABELS = Path(__file__).resolve().parent / "labels" / "real"


def seeds_folder() -> Path:
    """Where the five real reports lie: ``GONGKAI_SEEDS``, or ``../shared/seeds`` beside the project."""
    return Path(os.environ.get("GONGKAI_SEEDS") or ROOT.parent / "shared" / "seeds")


@dataclass(frozen=True, slots=True)
class Case:
    """One report to measure; small enough to send to another process."""

    set: str
    name: str
    """File name, or the index of a generated report."""
    file: Path | None = None
    label: Path | None = None
    seed: int = 0
    index: int = -1
    mess: str = "each"
    mistakes: int = 0

    @property
    def id(self) -> str:
        """``set/name``."""
        return f"{self.set}/{self.name}"


def load_case(case: Case) -> tuple[bytes, str, Label, str]:
    """A case's bytes, file name, label, and the group it is reported under."""
    if case.file is None or case.label is None:
        report = one(case.seed, case.index, mess=parse_mess(case.mess), mistakes=case.mistakes)
        kinds = list(dict.fromkeys(applied.name for applied in report.operators))
        return report.data, report.name, report.label, kinds[0] if len(kinds) == 1 else "several" if kinds else "clean"
    label = load_label(case.label)
    data = case.file.read_bytes()
    _check_same(case.file, data, label)
    return data, case.file.name, label, case.set


def _check_same(file: Path, data: bytes, label: Label) -> None:
    if digest(data) != label.sha256:
        raise LabelError(f"{file.name}：文件内容与标注的 SHA-256 不符，标注属于另一版本 (file is not the one that was labelled)")


def cases_of(names: Iterable[str]) -> list[Case]:
    """The cases of some sets: ``seeds``, ``bundled``, ``generated:N[:SEED[:MESS]]``, ``mistakes:N[:SEED]`` or a folder.

    SettingsError: no such set, or nothing in it; LabelError: a label that is none, or of another version of its report.
    """
    found: dict[str, Case] = {}
    for name in names:
        for case in _cases(name):
            found[case.id] = case
    return list(found.values())


def _cases(name: str) -> list[Case]:
    kind, _, rest = name.partition(":")
    if kind in ("generated", "mistakes"):
        return _generated(name, kind, rest.split(":"))
    if name == "seeds":
        folder = seeds_folder()
        if not folder.is_dir():
            raise SettingsError(f"没有种子报告文件夹 {folder}，可用 GONGKAI_SEEDS 指定 (no folder of seed reports)")
        return _folder("seeds", folder, REAL_LABELS)
    if name == "bundled":
        return _folder("bundled", BUNDLED, BUNDLED / "labels")
    folder = Path(name)
    if not folder.is_dir():
        raise SettingsError(f"“{name}”既不是评测集（seeds、bundled、generated:N、mistakes:N），也不是文件夹 (no such set or folder)")
    labels = folder / "labels"
    return _folder(folder.name, folder, labels if labels.is_dir() else folder)


def _generated(name: str, kind: str, parts: list[str]) -> list[Case]:
    try:
        count = int(parts[0])
        seed = int(parts[1]) if len(parts) > 1 else 1
    except ValueError as error:
        raise SettingsError(f"“{name}”应写作 {kind}:份数[:种子]，如 {kind}:300:7 (expected {kind}:N[:SEED])") from error
    if count < 1:
        raise SettingsError(f"“{name}”：份数至少为 1 (at least one report)")
    mess = parts[2] if len(parts) > 2 else "each" if kind == "generated" else ""
    parse_mess(mess)
    stem = f"{kind}-{seed}" + (f"-{mess}" if len(parts) > 2 else "")
    mistakes = int(kind == "mistakes")
    return [Case(stem, f"{index:05d}", seed=seed, index=index, mess=mess, mistakes=mistakes) for index in range(count)]


def _folder(name: str, folder: Path, labels: Path) -> list[Case]:
    cases = []
    for path in sorted(labels.glob("*.json")):
        if path.name.endswith("schema.json"):
            continue
        label = load_label(path)
        source = folder / label.source
        if not source.is_file():
            raise SettingsError(f"标注 {path.name} 所指的报告 {source.name} 不在 {folder} (labelled report is missing)")
        _check_same(source, source.read_bytes(), label)
        cases.append(Case(name, source.name, source, path))
    if not cases:
        raise SettingsError(f"文件夹 {labels} 中没有标注 (no labels in folder)")
    return cases
