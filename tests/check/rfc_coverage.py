"""rfc_coverage.py: docs/rfc-coverage.md and the dialogues say the same of what shows which clause.

Each document there has a heading `## RFC nnnn: title` and a table of clauses. What a row names is there, and
a dialogue that it names cites that document, or a rule, a law or a row of the catalogue. The other way round:
each dialogue that cites a document with a table is named in it, and the section that it cites has a row.
Documents without a table are left alone.
"""

import re

import library

DOC = library.ROOT / "docs/rfc-coverage.md"
DIALOGUES = library.ROOT / "tests/dialogue"
HEADING = re.compile(r"^## (.*)$")
DOCUMENT = re.compile(r"^RFC (\d+): \S")
COLUMNS = ["section", "clause", "shown by"]
SECTION = re.compile(r"^(?:\d+(?:\.\d+)*|appendix [A-Z](?:\.\d+)*)$")
PATH = re.compile(r"`([^`]*)`")
REMARK = re.compile(r"\([^()]*\)")
ELSEWHERE = re.compile(r"^(?:host|client|administrator|nothing)\b")  # whose it is, or why nothing shows it
CITED = re.compile(r"^# RFC (\d+) (?:section )?(\S.*)$")
OTHERS = re.compile(r"^# (?:catalogue|law|rule) \S+$")


def dialogues():
    """By name: the citations of RFCs, as (number, section), and whether there are others."""
    found = {}
    for path in sorted(DIALOGUES.glob("*/*.txt")):
        name, cited, others = path.relative_to(DIALOGUES).with_suffix("").as_posix(), [], False
        for line in path.read_bytes().decode(errors="replace").splitlines():
            if not line.startswith("#"):
                break
            match = CITED.match(line)
            cited += [match.groups()] if match else []
            others = others or bool(OTHERS.match(line))
        found[name] = cited, others
    return found


def rows():
    """The rows of the tables: where each stands, the number of its RFC, its three cells."""
    number = None
    for at, line in enumerate(DOC.read_text().splitlines(), 1):
        heading = HEADING.match(line)
        if heading:
            document = DOCUMENT.match(heading.group(1))
            number = document.group(1) if document else None
        elif line.startswith("|") and number is not None:
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            if cells != COLUMNS and set(line) - set("|-: "):
                yield f"{library.name_of(DOC)}:{at}", number, cells


def problems_of_row(number, section, clause, shown, known):
    for one in section.split(", "):
        if not SECTION.match(one):
            yield f"\"{one}\" is no section"
    if not clause:
        yield "says no clause"
    remarks = PATH.sub("", REMARK.sub("", shown)).strip(" ,;")
    if remarks and not ELSEWHERE.match(remarks):
        yield f"\"{remarks}\" is neither a path nor says whose the clause is"
    if not remarks and not PATH.search(shown):
        yield "says neither what shows it nor whose it is"
    for path in PATH.findall(shown):
        if path in known:
            cited, others = known[path]
            if not others and number not in [one for one, _ in cited]:
                yield f"{path} does not cite RFC {number}"
        elif not (path.startswith(("tests/", "docs/")) and (library.ROOT / path).is_file()):
            yield f"there is no {path}"


def problems_of_tables(table, known):
    for where, number, cells in table:
        if len(cells) != len(COLUMNS):
            yield f"{where}: {len(cells)} cells, not {len(COLUMNS)}"
        else:
            yield from (f"{where}: {problem}" for problem in problems_of_row(number, *cells, known))


def problems_of_dialogues(table, known):
    whole = [(number, cells) for _, number, cells in table if len(cells) == len(COLUMNS)]
    named = {(number, path) for number, cells in whole for path in PATH.findall(cells[2])}
    sections = {(number, section) for number, cells in whole for section in cells[0].split(", ")}
    for name, (cited, _) in known.items():
        for number, section in cited:
            if number not in {number for number, _ in whole}:
                continue
            if not SECTION.match(section):
                yield f"{name}: cites \"{section}\" of RFC {number}, which is no section"
            elif (number, section) not in sections:
                yield f"{name}: cites RFC {number} {section}, which has no row in {library.name_of(DOC)}"
            if (number, name) not in named:
                yield f"{name}: cites RFC {number} {section}, and no row of {library.name_of(DOC)} names it"


def main():
    table, known = list(rows()), dialogues()
    problems = [*problems_of_tables(table, known), *problems_of_dialogues(table, known)]
    library.hold(list(dict.fromkeys(problems)))
    documents = {number for _, number, _ in table}
    print(len(table), "clauses of", len(documents), "documents")


if __name__ == "__main__":
    main()
