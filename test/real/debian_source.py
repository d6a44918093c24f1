"""Source packages of Debian, fetched by apt-get into a folder of ours; apt's own configuration stays as it is."""
import subprocess
import sys
from pathlib import Path

SUITE = "bookworm"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class Unavailable(Exception):
    pass


def _run(command, **kwargs):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **kwargs)
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        raise Unavailable(f"'{command[0]}' ended with status {done.returncode}")


def _mirror():
    """The site that this machine takes Debian's main archive from."""
    listed = subprocess.run(["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE) $(COMPONENT)"],
                            capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        site, release, component = line.split()
        if release in (SUITE, "oldstable", "stable") and component == "main":
            return site
    raise Unavailable(f"'apt-get' knows no mirror of Debian {SUITE}")


def fetch(package, version, folder):
    """The unpacked source of `package` at `version` in `folder`; fetched once. Raises Unavailable."""
    folder = Path(folder).resolve()
    source = folder / f"{package}-{version}"
    if source.is_dir():
        return source
    lists = folder / "apt"
    (lists / "partial").mkdir(parents=True, exist_ok=True)
    sources = folder / "apt.list"
    sources.write_text(f"deb-src [signed-by={KEYRING}] {_mirror()} {SUITE} main\n")
    apt = ["apt-get", "-q", "-o", f"Dir::Etc::SourceList={sources}", "-o", "Dir::Etc::SourceParts=/dev/null",
           "-o", f"Dir::State::Lists={lists}", "-o", "APT::Sandbox::User=root"]
    _run(apt + ["update"])
    _run(apt + ["source", "--download-only", f"{package}={version}"], cwd=folder)
    description = folder / f"{package}_{version.split(':')[-1]}.dsc"
    _run(["dpkg-source", "-q", "--no-check", "-x", description.name, source.name], cwd=folder)
    return source
