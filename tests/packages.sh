# packages.sh - for scripts to read in (`. tests/packages.sh`): Debian packages, installed where missing.
#
#   packages_need NAME...    all of these; the script ends where one cannot be had
#   packages_want NAME...    as many of these as there are; a word about each that is not
#   packages_unpack FOLDER NAME...         unpacked into FOLDER, not installed
#   packages_unpack_whole FOLDER NAME...   the same, with all that they depend on and that is missing
#
# Nothing is asked for when everything is there.  Nothing is ever removed, and nothing recommended comes
# along.  On systems without apt the scripts go on with what there is.

packages_root()
{
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "packages: neither root nor sudo: cannot run $*" >&2
        return 1
    fi
}

packages_apt()
{
    packages_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 \
        -o Acquire::Retries=3 "$@" </dev/null
}

# The lists of packages, fetched once a run and only when something is missing.
packages_lists()
{
    if [ -z "${packages_listed:-}" ]; then
        packages_apt update >/dev/null || echo "packages: apt-get update failed; going on with the old lists" >&2
        packages_listed=1
    fi
}

packages_is_there()
{
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

packages_missing()
{
    for package in "$@"; do
        packages_is_there "$package" || printf ' %s' "$package"
    done
}

packages_install()
{
    echo "packages: installing $*"
    packages_apt install --no-install-recommends --no-remove "$@" >"${TMPDIR:-/tmp}/packages.$$" 2>&1
    packages_status=$?
    [ $packages_status = 0 ] || tail -n 20 "${TMPDIR:-/tmp}/packages.$$" >&2
    rm -f "${TMPDIR:-/tmp}/packages.$$"
    return $packages_status
}

packages_need()
{
    command -v apt-get >/dev/null || return 0
    packages_list=$(packages_missing "$@")
    [ -n "$packages_list" ] || return 0
    packages_lists
    # shellcheck disable=SC2086 # a list of words
    packages_install $packages_list || {
        echo "packages: cannot install$packages_list" >&2
        exit 1
    }
}

packages_want()
{
    command -v apt-get >/dev/null || return 0
    packages_list=
    for wanted in $(packages_missing "$@"); do
        packages_lists
        if apt-cache show "$wanted" >/dev/null 2>&1; then
            packages_list="$packages_list $wanted"
        else
            echo "packages: $wanted: there is no such package here"
        fi
    done
    [ -n "$packages_list" ] || return 0
    # shellcheck disable=SC2086 # a list of words
    packages_install $packages_list && return
    for wanted in $packages_list; do
        packages_install "$wanted" || echo "packages: $wanted: cannot be installed"
    done
}

packages_unpack()
{
    unpack_folder=$1
    shift
    command -v apt-get >/dev/null || return 1
    mkdir -p "$unpack_folder/alone" || return 1
    packages_lists
    (cd "$unpack_folder/alone" && apt-get -q -o APT::Sandbox::User=root download "$@" >/dev/null) || return 1
    packages_open "$unpack_folder" "$unpack_folder/alone"
}

packages_unpack_whole()
{
    unpack_folder=$1
    shift
    command -v apt-get >/dev/null || return 1
    mkdir -p "$unpack_folder/whole/partial" || return 1
    packages_lists
    # A private folder of archives: apt works out which libraries are missing, fetches, and installs nothing;
    # --reinstall: it fetches those that are named even if they are installed.
    packages_apt install --download-only --no-install-recommends --reinstall \
        -o Dir::Cache::archives="$unpack_folder/whole" "$@" >/dev/null || return 1
    packages_open "$unpack_folder" "$unpack_folder/whole"
}

packages_open()
{
    for archive in "$2"/*.deb; do
        [ -e "$archive" ] || return 1
        dpkg-deb -x "$archive" "$1" || return 1
    done
    # Nothing that lies about has the rights of its owner.
    find "$1" -type f -perm /6000 -exec chmod ug-s {} +
}
