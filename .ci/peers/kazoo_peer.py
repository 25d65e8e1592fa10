"""Uses a ZooKeeper server through kazoo, the Python client: python3 kazoo_peer.py HOST:PORT"""

import logging
import sys
import threading
import time

from kazoo import exceptions as errors
from kazoo.client import KazooClient
from kazoo.recipe.watchers import ChildrenWatch, DataWatch
from kazoo.security import make_acl, make_digest_acl

PATIENCE = 10
calls = 0


def client(address):
    peer = KazooClient(hosts=address, timeout=5)
    peer.start(timeout=PATIENCE)
    return peer


def call(function, *args, **kwargs):
    global calls
    calls += 1
    return function(*args, **kwargs)


def equal(got, want):
    assert got == want, "got %r, want %r" % (got, want)


def refused(error, function, *args, **kwargs):
    try:
        call(function, *args, **kwargs)
    except error:
        return
    raise AssertionError("%s%r should raise %s" % (function.__name__, args, error.__name__))


class Seen:
    """Events of a watch, one at a time."""

    def __init__(self):
        self.events, self.more = [], threading.Condition()

    def __call__(self, event):
        with self.more:
            self.events.append(event)
            self.more.notify()

    def next(self):
        with self.more:
            assert self.more.wait_for(lambda: self.events, PATIENCE), "no event"
            return self.events.pop(0)


def znodes(p):
    equal(call(p.create, "/kz", b"v0"), "/kz")
    data, stat = call(p.get, "/kz")
    equal((data, stat.version, stat.czxid), (b"v0", 0, stat.mzxid))
    equal(call(p.set, "/kz", b"v1", version=0).version, 1)
    refused(errors.BadVersionError, p.set, "/kz", b"v2", version=0)
    refused(errors.NodeExistsError, p.create, "/kz")
    refused(errors.NoNodeError, p.create, "/kz/no/parent")
    equal(call(p.create, "/kz/a/b/c", makepath=True), "/kz/a/b/c")
    equal(call(p.get_children, "/kz/a"), ["b"])
    children, stat = call(p.get_children, "/kz", include_data=True)
    equal((children, stat.numChildren), (["a"], 1))
    refused(errors.NotEmptyError, p.delete, "/kz/a")
    equal(call(p.exists, "/kz/none"), None)
    call(p.delete, "/kz/a", recursive=True)
    equal(call(p.exists, "/kz/a"), None)
    path, stat = call(p.create, "/kz/two", b"xyz", include_data=True)
    equal((path, stat.dataLength), ("/kz/two", 3))
    equal(call(p.create, "/kz/n-", sequence=True), "/kz/n-0000000002")
    equal(call(p.create, "/kz/n-", sequence=True, ephemeral=True), "/kz/n-0000000003")
    call(p.ensure_path, "/kz/deep/er")
    equal(call(p.sync, "/kz"), "/kz")
    big = b"x" * 1000000
    call(p.create, "/kz/big", big)
    equal(call(p.get, "/kz/big")[0], big)


def watches(p, q):
    seen = Seen()
    equal(call(q.exists, "/kz/news", watch=seen), None)
    call(p.create, "/kz/news", b"1")
    equal(seen.next().type, "CREATED")
    call(q.get, "/kz/news", watch=seen)
    call(p.set, "/kz/news", b"2")
    equal(seen.next().type, "CHANGED")
    call(q.get_children, "/kz/news", watch=seen)
    call(p.create, "/kz/news/k")
    event = seen.next()
    equal((event.type, event.path), ("CHILD", "/kz/news"))


def standing_watches(p, q):
    data, children = Seen(), Seen()
    DataWatch(q, "/kz/feed", lambda value, stat: data(value))
    equal(data.next(), None)
    call(p.create, "/kz/feed", b"1")
    equal(data.next(), b"1")
    call(p.set, "/kz/feed", b"2")
    equal(data.next(), b"2")
    ChildrenWatch(q, "/kz/feed", lambda names: children(sorted(names)))
    equal(children.next(), [])
    call(p.create, "/kz/feed/k")
    equal(children.next(), ["k"])
    call(p.create, "/kz/feed/l")
    equal(children.next(), ["k", "l"])
    call(p.delete, "/kz/feed/k")
    equal(children.next(), ["l"])


def transactions(p):
    t = p.transaction()
    t.create("/kz/t", b"1")
    t.create("/kz/t/k")
    t.set_data("/kz/t", b"2", version=0)
    t.check("/kz/t", version=1)
    t.delete("/kz/t/k")
    equal([type(r).__name__ for r in call(t.commit)],
          ["str", "str", "ZnodeStat", "bool", "bool"])
    t = p.transaction()
    t.create("/kz/u")
    t.check("/kz/t", version=7)
    t.delete("/kz/t")
    equal([type(r).__name__ for r in call(t.commit)],
          ["RolledBackError", "BadVersionError", "RuntimeInconsistency"])
    equal(call(p.exists, "/kz/u"), None)


def permissions(p, q, address):
    call(p.add_auth, "digest", "bob:secret")
    call(p.create, "/kz/mine", b"x", acl=[make_digest_acl("bob", "secret", all=True)])
    refused(errors.NoAuthError, q.get, "/kz/mine")
    refused(errors.NoAuthError, q.set, "/kz/mine", b"y")
    acls, stat = call(p.get_acls, "/kz/mine")
    equal((acls[0].id.scheme, stat.aversion), ("digest", 0))
    equal(call(p.set_acls, "/kz/mine", [make_acl("world", "anyone", read=True)]).aversion, 1)
    equal(call(q.get, "/kz/mine")[0], b"x")
    refused(errors.InvalidACLError, p.create, "/kz/bad", acl=[make_acl("none", "x", all=True)])
    stranger = client(address)
    refused(errors.AuthFailedError, stranger.add_auth, "none", "x")
    stranger.stop()


def meanwhile(function, *args, **kwargs):
    """Calls on a thread of its own; what is returned waits for the end and gives the result."""
    results = []
    thread = threading.Thread(target=lambda: results.append(function(*args, **kwargs)))
    thread.start()

    def result():
        thread.join(PATIENCE)
        assert not thread.is_alive(), "%s%r does not end" % (function.__name__, args)
        return results[0]
    return result


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.01)


def lock(p, q):
    mine, theirs = p.Lock("/kz/lock", "p"), q.Lock("/kz/lock", "q")
    with mine:
        equal(call(theirs.acquire, blocking=False), False)
        equal(call(theirs.contenders), ["p"])
        next_in_line = meanwhile(call, theirs.acquire, timeout=PATIENCE)
        until(lambda: call(mine.contenders) == ["p", "q"])
    equal(next_in_line(), True)
    equal(call(mine.contenders), ["q"])
    call(theirs.release)


def election(p, q):
    first, second = p.Election("/kz/election", "p"), q.Election("/kz/election", "q")
    led, resign = Seen(), threading.Event()

    def lead(name):
        led(name)
        assert resign.wait(PATIENCE)

    ends = [meanwhile(call, first.run, lead, "p")]
    equal(led.next(), "p")
    ends.append(meanwhile(call, second.run, lead, "q"))
    until(lambda: call(first.contenders) == ["p", "q"])
    resign.set()
    equal(led.next(), "q")
    for end in ends:
        end()


def barriers(p, q):
    barrier = p.Barrier("/kz/barrier")
    call(barrier.create)
    equal(call(q.Barrier("/kz/barrier").wait, 0.1), False)
    passed = meanwhile(call, q.Barrier("/kz/barrier").wait, PATIENCE)
    equal(call(barrier.remove), True)
    equal(passed(), True)
    both = [peer.DoubleBarrier("/kz/both", 2) for peer in (p, q)]
    entered = meanwhile(call, both[0].enter)
    call(both[1].enter)
    entered()
    left = meanwhile(call, both[0].leave)
    call(both[1].leave)
    left()


def queues(p, q):
    queue = p.Queue("/kz/queue")
    call(queue.put, b"second")
    call(queue.put, b"first", priority=1)
    equal(len(queue), 2)
    theirs = q.Queue("/kz/queue")
    equal([call(theirs.get), call(theirs.get), call(theirs.get)], [b"first", b"second", None])
    counter = p.Counter("/kz/counter")
    counter += 2
    equal(q.Counter("/kz/counter").value, 2)


def ephemerals(p, q):
    seen = Seen()
    call(q.create, "/kz/here", ephemeral=True)
    equal(call(p.get, "/kz/here")[1].ephemeralOwner, q.client_id[0])
    refused(errors.NoChildrenForEphemeralsError, q.create, "/kz/here/k")
    call(p.exists, "/kz/here", watch=seen)
    q.stop()
    equal(seen.next().type, "DELETED")
    equal(call(p.exists, "/kz/here"), None)


def main(address):
    logging.disable(logging.ERROR)  # the refused client's connection is dropped, as it should be
    p, q = client(address), client(address)
    assert p.server_version()[:2] == (3, 8), p.server_version()
    equal(p.command(b"ruok"), "imok")
    znodes(p)
    watches(p, q)
    standing_watches(p, q)
    transactions(p)
    permissions(p, q, address)
    for recipe in lock, election, barriers, queues:
        recipe(p, q)
    ephemerals(p, q)
    call(p.delete, "/kz", recursive=True)
    p.stop()
    assert calls >= 70, calls
    print("kazoo: %d calls as expected" % calls)


if __name__ == "__main__":
    main(sys.argv[1])
