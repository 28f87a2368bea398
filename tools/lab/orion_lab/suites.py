# SPDX-License-Identifier: GPL-2.0-only
"""Other Debian suites, seen through apt without touching the machine's own state.

Where packages come from is derived from the machine's own apt sources, mirror
and all: the entries of the suite it runs, with another suite's name put in.
"""

import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import time

from . import packages
from .util import LabError, cache, digest, half_made, last_lines, locked, run, say

STABLE_FOR = 24 * 3600


@dataclasses.dataclass
class Source:
    """One apt source: where, which suites, which components, signed by whom."""

    uris: list
    suites: list
    components: list
    signed_by: str = ""

    def text(self):
        """The source in deb822 form."""
        lines = ["Types: deb", f"URIs: {' '.join(self.uris)}", f"Suites: {' '.join(self.suites)}",
                 f"Components: {' '.join(self.components)}"]
        if self.signed_by:
            lines.append(f"Signed-By: {self.signed_by}")
        return "\n".join(lines) + "\n"


def parse_deb822(text):
    """Sources of a .sources file."""
    for stanza in re.split(r"\n\s*\n", text):
        lines = [line for line in stanza.splitlines() if not line.startswith("#")]
        fields = {}
        key = None
        for line in lines:
            if line[:1].isspace() and key:
                fields[key] += "\n" + line
            elif ":" in line:
                key, value = line.split(":", 1)
                key = key.strip().lower()
                fields[key] = value.strip()
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").lower() in ("no", "false"):
            continue
        yield Source(fields.get("uris", "").split(), fields.get("suites", "").split(),
                     fields.get("components", "").split(), fields.get("signed-by", ""))


def parse_list(text):
    """Sources of a one-line-per-entry .list file."""
    for line in text.splitlines():
        match = re.match(r"deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)", line.strip())
        if match:
            signed = re.search(r"signed-by=(\S+)", match[1] or "", re.IGNORECASE)
            yield Source([match[2]], [match[3]], match[4].split(), signed[1] if signed else "")


def machine_sources(etc=pathlib.Path("/etc/apt")):
    """All enabled sources of this machine."""
    found = []
    parts = etc / "sources.list.d"
    files = [etc / "sources.list"] + (sorted(parts.iterdir()) if parts.is_dir() else [])
    for path in files:
        if path.suffix in (".list", ".sources") and path.is_file():
            parse = parse_deb822 if path.suffix == ".sources" else parse_list
            found += parse(path.read_text(encoding="utf-8", errors="replace"))
    return found


def derive(sources, own, target, backports=False):
    """@sources of a machine that runs @own, rewritten for the suite @target.

    Entries that are not Debian's own, such as a vendor's, fall away: they name
    no suite of the machine's release.
    """
    result = []
    for source in sources:
        suites = []
        for suite in source.suites:
            name, slash, rest = suite.partition("/")
            match = re.fullmatch(f"(?:{re.escape(own)}|stable)(|-updates|-security)", name)
            if not match or slash and rest != "updates":
                continue
            if match[1] and target == "sid":
                continue
            suites.append(target + match[1])
            if not match[1] and backports:
                suites.append(f"{target}-backports")
        if suites:
            result.append(dataclasses.replace(source, suites=suites, components=["main"]))
    if not result:
        raise LabError(f"the machine's apt sources name no Debian suite {own}; "
                       f"cannot derive where {target} is")
    return result


class Suite:
    """A Debian suite with package lists and downloads of its own, below the cache."""

    def __init__(self, name=None, backports=False):
        own = packages.codename()
        self.name = name or own
        self.backports = backports
        self.sources = derive(machine_sources(), own, self.name, backports)
        self.dir = cache("apt", self.name + ("-backports" if backports else ""), "lists").parent
        self.updated = False

    def sources_text(self):
        """The suite's sources, as a .sources file has them."""
        return "\n".join(source.text() for source in self.sources)

    def main(self):
        """URI and key ring (or "") of the suite itself, for debootstrap."""
        for source in self.sources:
            if self.name in source.suites:
                keyring = source.signed_by
                return source.uris[0], keyring if keyring.startswith("/") else ""
        raise LabError(f"no source for {self.name} itself")

    def _options(self, archives=None):
        # The status file is empty: apt resolves for a machine with nothing installed.
        options = {
            "Dir::Etc::sourcelist": self.dir / "debian.sources",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State": self.dir,
            "Dir::State::lists": self.dir / "lists",
            "Dir::State::status": self.dir / "status",
            "Dir::Cache": self.dir,
            "Dir::Cache::archives": archives or self.dir / "archives",
            # A machine's own settings may turn these off, and every look takes seconds then.
            "Dir::Cache::pkgcache": "pkgcache.bin",
            "Dir::Cache::srcpkgcache": "srcpkgcache.bin",
            "Acquire::GzipIndexes": "false",
            "Debug::NoLocking": "1",
            "APT::Architecture": "amd64",
            "APT::Install-Recommends": "0",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
        }
        if os.geteuid() == 0:
            # apt's own user cannot read a cache below /root.
            options["APT::Sandbox::User"] = "root"
        if self.backports:
            options["APT::Default-Release"] = f"{self.name}-backports"
        return [word for key, value in options.items() for word in ("-o", f"{key}={value}")]

    def update(self):
        """Fetch the package lists, if those here are older than a day."""
        if self.updated:
            return
        with locked(self.dir):
            for folder in ("lists/partial", "archives/partial"):
                (self.dir / folder).mkdir(parents=True, exist_ok=True)
            (self.dir / "status").touch()
            listing = self.dir / "debian.sources"
            text = self.sources_text()
            stamp = self.dir / "updated"
            known = listing.is_file() and listing.read_text(encoding="utf-8") == text
            fresh = stamp.is_file() and time.time() - stamp.stat().st_mtime < STABLE_FOR
            if not (known and fresh):
                listing.write_text(text, encoding="utf-8")
                self._fetch_lists(stamp, known)
        self.updated = True

    def _fetch_lists(self, stamp, known):
        say(f"fetching the package lists of Debian {self.name}")
        done = subprocess.run(["apt-get", *self._options(), "-q", "update",
                               "--error-on=any"], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            stamp.touch()
        elif known and stamp.is_file():
            say(f"cannot refresh the lists of {self.name} (offline?), using those of before")
        else:
            why = last_lines(done.stderr, 1)
            raise LabError(f"cannot fetch the package lists of {self.name} (offline?): {why}")

    def newest(self, pattern):
        """The newest package whose whole name matches @pattern, by version in its name."""
        self.update()
        names = run(["apt-cache", *self._options(), "pkgnames"]).split()
        found = [name for name in names if re.fullmatch(pattern, name)]
        for name in sorted(found, key=version_key, reverse=True):
            # apt-cache also knows names that other packages only mention.
            if self.version(name):
                return name
        raise LabError(f"Debian {self.name} has no package like {pattern}")

    def version(self, name):
        """Version that apt would choose for the package @name, or ""."""
        self.update()
        text = run(["apt-cache", *self._options(), "policy", name])
        match = re.search(r"Candidate: (\S+)", text)
        return match[1] if match and match[1] != "(none)" else ""

    def depends(self, name):
        """What the package @name depends on, by name."""
        self.update()
        text = run(["apt-cache", *self._options(), "depends", "--important", name])
        return re.findall(r"Depends: (\S+)", text)

    def unpack(self, names, target, closure=False):
        """Download packages and unpack them into the folder @target, once.

        With @closure, everything they depend on comes too, down to libc. Needs
        no root: nothing is installed, no maintainer script runs.
        """
        key = digest(self.name, closure, *sorted(names))
        stamp = target / ".unpacked"
        if stamp.is_file() and stamp.read_text(encoding="ascii") == key:
            return target
        with locked(target):
            if stamp.is_file() and stamp.read_text(encoding="ascii") == key:
                return target
            self.update()
            with half_made(target) as part:
                self._download(names, part / ".debs", closure)
                for deb in sorted((part / ".debs").glob("*.deb")):
                    run(["dpkg-deb", "-x", deb, part])
                shutil.rmtree(part / ".debs")
                (part / ".unpacked").write_text(key, encoding="ascii")
        return target

    def _download(self, names, folder, closure):
        (folder / "partial").mkdir(parents=True)
        say(f"downloading from Debian {self.name}: {' '.join(names)}")
        options = self._options(folder)
        try:
            if closure:
                run(["apt-get", *options, "-q", "-y", "--download-only", "install", *names])
            else:
                run(["apt-get", *options, "-q", "download", *names], cwd=folder)
        except LabError as error:
            why = last_lines(str(error), 1)
            raise LabError(f"cannot download {' '.join(names)} (offline?): {why}") from error


def version_key(name):
    """Order names by the numbers in them: 6.12.9 before 6.12.117."""
    return [int(word) if word.isdigit() else word for word in re.split(r"(\d+)", name)]
