"""install.py BUILD COMPILER...: what `meson install` puts in place is all that a program needs.

Installs into a folder of its own, and through pkg-config from there compiles, links and runs smoke.c,
against the shared and against the static library.
"""

import os
import pathlib
import shutil
import sys
import tempfile

import library


def installed(build, folder):
    """Installs, and returns the folder of the pkg-config file."""
    library.run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", folder])
    found = list(pathlib.Path(folder).rglob("libehlo.pc"))
    if len(found) != 1:
        library.fail("meson install puts no libehlo.pc in place, or several", *found)
    return found[0].parent


def program(compiler, folder, flags, name):
    path = pathlib.Path(folder) / name
    library.run([*compiler, "-Wall", "-Wextra", "-Werror", library.ROOT / "tests/check/smoke.c", "-o", path, *flags])
    return path


def main(build, compiler):
    if not shutil.which("pkg-config"):
        library.skip("there is no pkg-config")
    with tempfile.TemporaryDirectory() as folder:
        where = installed(build, folder)
        environment = {**os.environ, "PKG_CONFIG_PATH": str(where), "PKG_CONFIG_SYSROOT_DIR": folder}
        ask = ["pkg-config", "libehlo"]
        flags = library.run([*ask, "--cflags", "--libs"], env=environment).split()
        version = library.run([*ask, "--modversion"], env=environment).strip()

        headers = {path.name for path in (pathlib.Path(folder)).rglob("include/ehlo/*")}
        library.hold([f"{name} is not installed" for name in {path.name for path in library.HEADERS} - headers]
                     + [f"{name} is installed and is no header of ours"
                        for name in headers - {path.name for path in library.HEADERS}])

        libraries = where.parent
        shared = program(compiler, folder, flags, "shared")
        said = library.run([shared], env={**environment, "LD_LIBRARY_PATH": str(libraries)})
        needs = library.run(["readelf", "-d", shared])
        if f"[libehlo.so.{version.split('.')[0]}]" not in needs:
            library.fail("the program does not need the shared library by its soname", needs)
        print("shared:", said.strip())

        static = [str(libraries / "libehlo.a") if flag == "-lehlo" else flag for flag in flags]
        said = library.run([program(compiler, folder, static, "static")])
        print("static:", said.strip())
        if f"libehlo {version}," not in said:
            library.fail(f"ehlo_version() and the pkg-config file ({version}) differ")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
