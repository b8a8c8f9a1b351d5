"""headers.py c99|c++|m32|cffi COMPILER...: each public header stands alone.

c99, c++    it compiles by itself, as pedantically as the compiler can
m32         the same, and the whole library, for a 32-bit machine
cffi        what `cc -E -P -DEHLO_CDEF` leaves of it, cffi reads
"""

import importlib.util
import subprocess
import sys
import tempfile

import library

WARNINGS = ["-Wall", "-Wextra", "-pedantic", "-Werror"]
C = ["-x", "c", "-std=c99", "-Wstrict-prototypes", "-Wc++-compat"]
LATER_C = [["-x", "c", "-std=" + standard] for standard in ("c11", "c2x")]
CXX = [["-x", "c++", "-std=" + standard] for standard in ("c++98", "c++11", "c++20")]


def alone(compiler, *flags):
    for header in library.HEADERS:
        for times in (1, 2):  # and twice
            text = f"#include <ehlo/{header.name}>\n" * times + "int ehlo_not_empty;\n"
            library.run([*compiler, *flags, *WARNINGS, "-I", library.ROOT / "include", "-fsyntax-only", "-"],
                        input=text)
    print(len(library.HEADERS), "headers stand alone:", *flags)


def c99(compiler):
    for flags in [C, *LATER_C]:
        alone(compiler, *flags)


def cxx(compiler):
    for flags in CXX:
        if subprocess.run([*compiler, *flags, "-fsyntax-only", "/dev/null"], capture_output=True).returncode != 0:
            library.skip(f"{compiler[0]} does not compile C++ ({flags[-1]})")
        alone(compiler, *flags)


def m32(compiler):
    if not library.can_compile(compiler, "-m32"):
        library.skip("there is no C library for 32-bit programs here (gcc-multilib)")
    alone(compiler, "-m32", *C)
    with tempfile.TemporaryDirectory() as folder:
        library.compile_library(compiler, folder, "-m32", "-O2", "-Wall", "-Wextra", "-Werror", "-Wconversion")


def cffi(compiler):
    command = [*compiler, "-E", "-P", "-DEHLO_CDEF", "-I", library.ROOT / "include",
               library.ROOT / "include/ehlo/ehlo.h"]
    declarations = library.run(command)
    if "#" in declarations or "__" in declarations:
        library.fail("more than plain declarations is left", declarations)
    if importlib.util.find_spec("cffi"):
        from cffi import FFI
        reader = FFI()
        reader.cdef(declarations)
        for structure in ("ehlo_server_config", "ehlo_request", "ehlo_event", "ehlo_piece"):
            reader.typeof(structure)
        print("cffi reads the headers")
    elif importlib.util.find_spec("pycparser"):
        from pycparser import CParser
        CParser().parse("".join(f"typedef unsigned {name};" for name in
                                ("size_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t")) + declarations)
        print("pycparser, which cffi reads with, reads the headers")
    else:
        library.skip("Python has neither cffi nor pycparser here (python3-cffi)")


if __name__ == "__main__":
    {"c99": c99, "c++": cxx, "m32": m32, "cffi": cffi}[sys.argv[1]](sys.argv[2:])
