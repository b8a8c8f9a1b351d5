"""reply_table.py PROGRAM: what examples/reply-table prints can be read by programs, and holds the whole list
of reply codes by command that the reply table grew from."""

import subprocess
import sys

import library

HEADER = ["command", "code", "kind", "enhanced", "extension", "source", "standing", "text"]
KINDS = {"2": "success", "3": "intermediate", "4": "failure", "5": "failure"}
WIRE = {"Connected": "CONNECTED", "MAIL FROM": "MAIL", "Data Received": "DATA_RECEIVED"}
LIST = library.ROOT / "tests/unit/tables/seeds/by-command.tsv"


def check_rows(program):
    lines = library.run([program]).splitlines()
    rows = [line.split("\t") for line in lines]
    if rows[0] != HEADER:
        library.fail("the first line does not name the fields", lines[0])
    problems = [f"not {len(HEADER)} fields: {row}" for row in rows if len(row) != len(HEADER)]
    library.hold(problems)

    texts = {}
    for command, code, kind, enhanced, _, source, standing, text in rows[1:]:
        known = source.startswith(("RFC ", "Exim's ", "XCLIENT_README", "XFORWARD_README"))
        if KINDS.get(code[0]) != kind or standing not in ("standard", "historic") or not known:
            problems.append(f"{command} {code}: {kind}, {standing}, {source}")
        if enhanced and enhanced[0] != code[0]:
            problems.append(f"{command} {code}: {enhanced} is of another class")
        if (command, code) in texts:
            problems.append(f"{command} {code} is there twice")
        texts[command, code] = text
    for line in LIST.read_text().splitlines():
        if not line.startswith("#"):
            command, code, text = line.split("\t")
            if texts.get((WIRE.get(command, command), code)) != text:
                problems.append(f"{command} {code}: not as in {library.name_of(LIST)}")
    library.hold(problems)
    return len(texts)


def check_options(program):
    for options, status in (["--help"], 0), (["--markdown"], 0), (["--tsv"], 2), (["x"], 2), (["--help", "x"], 2):
        done = subprocess.run([program, *options], capture_output=True, text=True)
        good = done.stdout and not done.stderr if status == 0 else len(done.stderr.splitlines()) == 1
        if done.returncode != status or not good or (status and done.stdout):
            library.fail(f"{' '.join(options)}: status {done.returncode}", done.stdout[:200], done.stderr)


if __name__ == "__main__":
    count = check_rows(sys.argv[1])
    check_options(sys.argv[1])
    print(count, "rows")
