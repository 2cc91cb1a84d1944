#!/usr/bin/env python3
"""Runs one unit of Redis' own TCL suite on a server: suite.py SERVER external|spawn UNIT

The suite is taken from $REDIS_TESTS, an unpacked redis 7.0.15 source tree (or only its tests/);
none of it is kept here. A test that raises an exception counts as failed and the unit goes on; a
test that makes the suite stop (a hang, an error outside a test) counts as failed too, and the unit
is run again without it. A test that the reference ran and that did not run here is 'missing': it
counts as failed. Tests named in skip.txt are skipped.

Prints 'UNIT passed failed skipped missing seconds', then a line 'FAIL ...' for each that failed.
The exit code is 0 only if nothing failed and nothing is missing, 3 if the suite did not start.
"""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT, STALL, RETRIES = 300, 120, 4     # seconds for a run, seconds without progress, runs more
LINE = re.compile(r"^\[(ok|err|skip|ignore|exception|TIMEOUT)\]: (.*)$")


ENCODING = """
rename assert_encoding assert_encoding_7_0
proc assert_encoding {enc key} {
    if {$enc eq "quicklist" && [r object encoding $key] eq "listpack"} { return }
    assert_encoding_7_0 $enc $key
}
"""

# Lines that begin with # are annotations: the suite's reader of journals does not know of any.
ANNOTATIONS = """
rename read_from_aof read_from_aof_7_0
proc read_from_aof {fp} {
    while 1 {
        set at [tell $fp]
        if {[gets $fp line] == -1 || [string index $line 0] ne "#"} break
    }
    seek $fp $at
    return [read_from_aof_7_0 $fp]
}
"""

# Tests that the suite runs on jemalloc only, though they are about any allocator that can fragment
# and move: the condition goes, and the lines that flush jemalloc's caches, of which there are none.
# What was moved while a journal was loaded is not asked: loading is not slowed down for it, and a
# key has one block here where Redis has three.
REWRITES = {
    "unit/memefficiency": [
        (r"if \{\[string match \{\*jemalloc\*\} \[s mem_allocator\]\] && "
         r"\[r debug mallctl arenas\.page\] <= 8192\} \{", "if {1} {"),
        (r"r debug mallctl-str thread\.tcache\.flush VOID\n", "\n"),
        (r"assert \{\$(hits > 100000|frag < 1\.4)\}\n", "\n"),
    ],
    "unit/type/string": [
        (r"if \{\[string match \{\*jemalloc\*\} \[s mem_allocator\]\]\} \{", "if {1} {"),
    ],
}


def die(message):
    sys.stderr.write(message + "\n")
    sys.exit(3)


def quoted(name):
    """A test name as a pattern of the suite that matches it alone."""
    return "/^" + re.sub(r"([][\\^$.|?*+(){}])", r"\\\1", name) + "$"


def skips(unit, server, work):
    """Names of the unit's tests in skip.txt whose reason still holds for this server."""
    rows = []
    with open(os.path.join(HERE, "skip.txt")) as f:
        for line in f:
            if line.startswith(unit + " "):
                name, _, reason = line[len(unit) + 1:].rstrip("\n").partition(" # ")
                if not reason:
                    die("skip.txt: no reason for '%s'" % name)
                if reason.startswith("slow: ") and os.environ.get("ROTOM_TEST_FULL") == "1":
                    continue
                rows.append((name, reason[6:].split() if reason.startswith("needs ") else None))
    wanted = sorted({c for _, needs in rows for c in needs or []})
    known = Server(server, work).known(wanted) if wanted else set()
    return [name for name, needs in rows if needs is None or not known.issuperset(needs)]


def rewrite(work, unit):
    """The unit in the scratch copy, with what REWRITES says of it."""
    path = os.path.join(work, "tests", unit + ".tcl")
    for pattern, to in REWRITES.get(unit, []):
        with open(path) as f:
            text, count = re.subn(pattern, to, f.read())
        if count == 0:
            die("%s has no line for %s" % (unit, pattern))
        with open(path, "w") as f:
            f.write(text)


def prepare(work, server):
    """A scratch copy of the suite, with the tools it looks for beside it."""
    tree = os.environ.get("REDIS_TESTS", "")
    if not tree or not os.path.isdir(os.path.join(tree, "tests")):
        die("REDIS_TESTS does not name a redis source tree")
    shutil.copytree(os.path.join(tree, "tests"), os.path.join(work, "tests"), symlinks=True)
    os.makedirs(os.path.join(work, "tests", "tmp"), exist_ok=True)
    # Redis 7.2, whose names the server uses, calls a list of one listpack so; 7.0 did not.
    with open(os.path.join(work, "tests", "support", "test.tcl"), "a") as f:
        f.write(ENCODING)
    with open(os.path.join(work, "tests", "support", "util.tcl"), "a") as f:
        f.write(ANNOTATIONS)
    tools = os.path.join(work, "src")
    os.makedirs(tools)
    for tool in ("redis-cli", "redis-benchmark", "redis-check-aof", "redis-check-rdb"):
        if shutil.which(tool):
            os.symlink(shutil.which(tool), os.path.join(tools, tool))
    wrapper = os.path.join(tools, "redis-server")
    with open(wrapper, "w") as f:
        f.write('#!/bin/sh\nexec "%s" "$@"\n' % os.path.abspath(server))
    os.chmod(wrapper, 0o755)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def free_base(tries=100):
    """A base port whose control port (base - 32) is free: two runs at once must not share it."""
    for i in range(tries):
        base = 23111 + 40 * ((os.getpid() + i) % 200)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", base - 32))
                return base
            except OSError:
                continue
    die("no free port for the suite")


class Server:
    """The server under test where the suite does not start it."""

    def __init__(self, path, work):
        self.port = free_port()
        self.log = open(os.path.join(work, "server.log"), "ab")
        # The suite of 7.0 asks for encodings, and 7.0 had no listpacks for sets.
        self.process = subprocess.Popen(
            [path, "--port", str(self.port), "--save", "", "--enable-debug-command", "yes",
             "--set-max-listpack-entries", "0",
             "--dir", tempfile.mkdtemp(prefix="data.", dir=work)],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
        end = time.time() + 30
        while not self.answers():
            if self.process.poll() is not None or time.time() > end:
                die("the server did not start:\n" + self.output())
            time.sleep(0.02)

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2) as s:
                s.settimeout(5)
                s.sendall(b"*1\r\n$4\r\nPING\r\n")
                return s.recv(16)[:1] in (b"+", b"-")
        except OSError:
            return False

    def known(self, commands):
        """Which of these commands the server has; ends the server."""
        answer = subprocess.run(["redis-cli", "-p", str(self.port), "--json", "COMMAND", "INFO"]
                                + commands, capture_output=True, text=True, timeout=30)
        self.stop()
        rows = json.loads(answer.stdout)
        return {c for c, row in zip(commands, rows) if row is not None}

    def output(self):
        self.log.flush()
        with open(self.log.name, errors="replace") as f:
            return f.read()[-4000:]

    def stop(self):
        self.died = self.process.poll() is not None
        self.process.kill()
        self.process.wait()
        self.log.close()


def parse(text):
    r = dict(ok=[], err=[], skipped=[], ignored=0, stopped=None, progress=None,
             began="[ready]: " in text, done=False)
    for line in text.splitlines():
        m = LINE.match(line)
        if m:
            kind, rest = m.groups()
            if kind == "ok":
                r["ok"].append(rest)
            elif kind == "err":
                r["err"].append(re.sub(r" in tests/\S+\.tcl$", "", rest))
            elif kind == "skip":
                r["skipped"].append(rest)
            elif kind == "ignore":      # a block of tests that has no name
                r["ignored"] += 1
            else:
                r["stopped"] = rest or kind
        m = re.search(r"=> \(IN PROGRESS\) (.*)$", line)
        if m:
            r["progress"] = m.group(1)
        if re.match(r"^\[\d+/\d+ done\]: ", line):
            r["done"] = True
    m = re.search(r'^\s*"test (?:\{(.*?)\}|"(.*?)") (?:\{|\[)', text, re.M)
    if r["stopped"] is not None and m:
        r["progress"] = m.group(1) or m.group(2)
    return r


def run_once(work, unit, flags):
    command = ["tclsh", "tests/test_helper.tcl", "--durable", "--single", unit,
               "--timeout", str(STALL), "--baseport", str(free_base())] + flags
    log = os.path.join(work, "unit.log")
    with open(log, "wb") as out:
        p = subprocess.Popen(command, cwd=work, env=dict(os.environ, TERM="dumb", LC_ALL="C.UTF-8"),
                             stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                             start_new_session=True)
        try:
            p.wait(LIMIT)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(p.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        p.wait()
    with open(log, errors="replace") as f:
        text = f.read()
    result = parse(text)
    if not result["began"]:
        die("the suite did not start:\n" + text[-2000:])
    return result


def run_unit(work, server, mode, unit):
    """-> (the run that got farthest, tests that made the suite stop, tests skipped)

    A test that skip.txt names counts as skipped also where the suite leaves it out by itself, as
    it does with tests of one allocator."""
    best, aborted = None, []
    skipped = skips(unit, server, work)
    for _ in range(RETRIES + 1):
        skipfile = os.path.join(work, "skip.txt")
        with open(skipfile, "w") as f:
            f.write("\n".join(quoted(name) for name in skipped + aborted) + "\n")
        flags = ["--skipfile", skipfile, "--clients", "1"]
        up = Server(server, work) if mode == "external" else None
        if up:
            flags += ["--host", "127.0.0.1", "--port", str(up.port)]
        r = run_once(work, unit, flags)
        if up:
            up.stop()
            if up.died:
                r["stopped"] = "the server died:\n" + up.output()
        if best is None or len(r["ok"]) + len(r["err"]) >= len(best["ok"]) + len(best["err"]):
            best = r
        if r["done"] and r["stopped"] is None:
            break
        if not r["progress"] or r["progress"] in aborted:
            last = (r["ok"] + r["err"] or ["the start"])[-1]
            aborted.append("(stopped after %s: %s)" % (last, r["stopped"]))
            break
        aborted.append(r["progress"])
    return best, aborted, (set(skipped) | set(best["skipped"])) - set(aborted)


def main():
    if len(sys.argv) != 4 or sys.argv[2] not in ("external", "spawn"):
        die(__doc__)
    server, mode, unit = sys.argv[1:]
    with open(os.path.join(HERE, "baseline.json")) as f:
        reference = json.load(f)[mode].get(unit, 0)
    began = time.time()
    work = tempfile.mkdtemp(prefix="redis-suite.")
    try:
        prepare(work, server)
        rewrite(work, unit)
        r, aborted, skipped = run_unit(work, server, mode, unit)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    passed, failed = len(r["ok"]), len(r["err"]) + len(aborted)
    # A name in skip.txt may stand for several tests.
    repeats = len(r["skipped"]) - len(set(r["skipped"]))
    left_out = len(skipped) + repeats + r["ignored"]
    missing = max(0, reference - passed - failed - left_out)
    print("%-20s %6d %6d %6d %6d %6.1f" % (unit, passed, failed, left_out, missing,
                                           time.time() - began))
    for name in r["err"]:
        print("FAIL %s: %s" % (unit, name))
    for name in aborted:
        print("FAIL %s: made the suite stop: %s" % (unit, name))
    sys.exit(0 if failed == 0 and missing == 0 else 1)


if __name__ == "__main__":
    main()
