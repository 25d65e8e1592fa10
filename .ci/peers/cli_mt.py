"""Gives cli_mt, the C client's shell, the commands of standard input, each when the one before has
been answered, and prints what it says: python3 cli_mt.py HOST:PORT < COMMANDS

What differs between two runs of one server is masked: zxids, times, sessions, and the order of
children, which is that of a hash table.
"""

import re
import subprocess
import sys
import threading

BINARY = "/usr/lib/zookeeper/bin/cli_mt"
PATIENCE = 10  # seconds
FENCE, FENCED = "adelete /none", "/none: rc = -101"  # asked after each command: its answer is whole
MASKS = [
    (re.compile(r"(time ?= ?)\S.*"), r"\1TIME"),
    (re.compile(r"((?:c|m|p)zxid=|ephemeralOwner = )[0-9a-f]{2,}"), r"\1NUMBER"),
    (re.compile(r"0x[0-9a-f]+"), "SESSION"),
]
CHILD = re.compile(r"\t[^ =]+$")


class Shell:
    def __init__(self, address):
        self.lines, self.more = [], threading.Condition()
        self.process = subprocess.Popen(
            [BINARY, "-h", address], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stderr:
            if line.startswith("Creating"):  # of another thread than the answers
                continue
            with self.more:
                self.lines.append(line.rstrip("\n"))
                self.more.notify()

    def ask(self, command):
        self.process.stdin.write(command + "\n" + FENCE + "\n")
        self.process.stdin.flush()
        with self.more:
            assert self.more.wait_for(lambda: FENCED in self.lines, PATIENCE), self.lines
            end = self.lines.index(FENCED)
            lines, self.lines = self.lines[:end], self.lines[end + 1:]
            return lines


def masked(lines):
    children = sorted(line for line in lines if CHILD.match(line))
    for line in lines:
        line = children.pop(0) if CHILD.match(line) else line
        for pattern, word in MASKS:
            line = pattern.sub(word, line)
        yield line


def main(address):
    shell = Shell(address)
    for command in sys.stdin.read().splitlines():
        print("> " + command)
        for line in masked(shell.ask(command)):
            print(line)
    shell.process.stdin.write("quit\n")
    shell.process.stdin.close()
    sys.exit(shell.process.wait(PATIENCE))


if __name__ == "__main__":
    main(sys.argv[1])
