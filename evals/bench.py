"""``python -m evals.bench NAME …``: timings as ratios within one run, each benchmark in a module of its own."""

from __future__ import annotations

import sys
from importlib import import_module

BENCHES = {
    "read": "抽取与“读字节+校验+写出”的下限相比 (extraction beside a floor)",
    "check": "校验，不含与含定位 (checking without and with localisation)",
    "sources": "各种格式每页用时 (formats)",
    "ask": "问答 (questions)",
    "library": "资料库 (library)",
    "page": "网页首屏与操作 (first page and interactions of the web page)",
    "localise": "定位的准确度与用时 (localisation)",
}


def main(argv: list[str] | None = None) -> int:
    """Run one benchmark; exit status 2 for an unknown name."""
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] not in BENCHES:
        sys.stderr.write("用法 (usage)：python -m evals.bench NAME [选项]\n")
        for name, purpose in BENCHES.items():
            sys.stderr.write(f"  {name:9} {purpose}\n")
        return 2
    module = import_module(f"evals.bench_{words[0]}")
    result = module.main(words[1:])
    return int(result or 0)


if __name__ == "__main__":
    sys.exit(main())
