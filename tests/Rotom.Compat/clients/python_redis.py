"""python3-redis against a server: python_redis.py PORT PROTOCOL

Prints 'ok NAME', 'not ok NAME: why' or 'skip NAME: why' for every check, and 'done N' at the end.
"""
import sys
import threading
import time

import redis

port = int(sys.argv[1])
checks = []


def check(function):
    checks.append(function)
    return function


def client(**options):
    return redis.Redis(port=port, socket_timeout=20, **options)


def same(got, wanted):
    if got != wanted:
        raise AssertionError("got %r, wanted %r" % (got, wanted))


def refuses(text, call):
    try:
        got = call()
    except redis.ResponseError as e:
        if text not in str(e):
            raise AssertionError("error %r lacks %r" % (str(e), text))
    else:
        raise AssertionError("no error but %r" % (got,))


class Skip(Exception):
    pass


def need(r, command):
    if not r.execute_command("COMMAND INFO", command):
        raise Skip("no " + command)


@check
def strings(r):
    same(r.set("k", "v"), True)
    same(r.get("k"), b"v")
    same(r.get("absent"), None)
    same(r.set("k", "w", nx=True), None)
    same(r.set("k", "w", xx=True, get=True), b"v")
    same(r.getset("k", "x"), b"w")
    same(r.append("k", "yz"), 3)
    same(r.strlen("k"), 3)
    same(r.getrange("k", 1, -1), b"yz")
    same(r.setrange("k", 5, "!"), 6)
    same(r.get("k"), b"xyz\0\0!")
    same(r.mset({"a": 1, "b": 2}), True)
    same(r.mget("a", "absent", "b"), [b"1", None, b"2"])
    same(r.msetnx({"a": 1, "c": 2}), False)
    same(r.getdel("a"), b"1")
    same(r.exists("a", "b"), 1)


@check
def counters(r):
    same(r.incr("n"), 1)
    same(r.incrby("n", 41), 42)
    same(r.decr("n", 2), 40)
    same(r.incrbyfloat("n", 0.5), 40.5)
    r.set("s", "text")
    refuses("value is not an integer or out of range", lambda: r.incr("s"))


@check
def keys(r):
    r.mset({"k:%d" % i: i for i in range(50)})
    same(sorted(r.keys("k:1?")), sorted(b"k:%d" % i for i in range(10, 20)))
    same(r.type("k:1"), b"string")
    same(r.type("absent"), b"none")
    same(r.rename("k:1", "renamed"), True)
    refuses("no such key", lambda: r.rename("k:1", "x"))
    same(r.renamenx("k:2", "renamed"), False)
    same(r.delete("k:2", "k:3", "absent"), 2)
    same(r.unlink("k:4"), 1)
    same(r.touch("k:5", "k:6", "absent"), 2)
    same(r.dbsize(), 47)
    same(r.exists(r.randomkey()), 1)
    same(r.object("encoding", "k:7"), b"int")


@check
def expiry(r):
    r.set("k", "v", ex=100)
    assert 95 < r.ttl("k") <= 100, r.ttl("k")
    same(r.persist("k"), True)
    same(r.ttl("k"), -1)
    same(r.ttl("absent"), -2)
    same(r.expire("k", 1000), True)
    assert 990_000 < r.pttl("k") <= 1_000_000
    same(r.expire("k", 10, nx=True), False)
    same(r.expire("k", 10, lt=True), True)
    same(r.expireat("k", int(time.time()) + 5000), True)
    assert 4990 < r.ttl("k") <= 5000
    r.set("gone", "v", px=1)
    end = time.time() + 5
    while r.exists("gone"):
        assert time.time() < end, "a key with 1 ms to live is still there after 5 s"
    same(r.setex("k", 60, "w"), True)
    same(r.psetex("k", 60_000, "w"), True)
    same(r.getex("k", persist=True), b"w")
    same(r.ttl("k"), -1)


@check
def scan_iterator(r):
    wanted = {b"scan:%d" % i for i in range(2000)}
    r.mset({k: b"v" for k in wanted})
    r.set("other", "v")
    same(set(r.scan_iter("scan:*", count=50)), wanted)
    same(set(r.scan_iter(_type="string")), wanted | {b"other"})
    same(list(r.scan_iter(_type="list")), [])


@check
def pipelines(r):
    p = r.pipeline(transaction=False)
    for i in range(1000):
        p.set("p:%d" % i, i)
        p.get("p:%d" % i)
    replies = p.execute()
    same(replies[::2], [True] * 1000)
    same(replies[1::2], [b"%d" % i for i in range(1000)])


@check
def errors_inside_a_pipeline(r):
    p = r.pipeline(transaction=False)
    p.set("s", "text")
    p.incr("s")
    p.execute_command("NOSUCHCOMMAND", "x")
    p.get("s")
    replies = p.execute(raise_on_error=False)
    same(replies[0], True)
    assert isinstance(replies[1], redis.ResponseError), replies
    assert isinstance(replies[2], redis.ResponseError), replies
    same(replies[3], b"text")


@check
def transactions(r):
    need(r, "multi")
    p = r.pipeline(transaction=True)
    p.set("t", 1)
    p.incr("t")
    p.get("t")
    same(p.execute(), [True, 2, b"2"])


@check
def binary_values(r):
    every = bytes(range(256)) * 3 + b"\r\n$5\r\n*1\r\n"
    r.set(every, every[::-1])
    same(r.get(every), every[::-1])
    same(r.keys(), [every])
    r.set(b"", b"")
    same(r.get(b""), b"")


@check
def large_values(r):
    big = bytes(i * 7 % 251 for i in range(1000)) * 10_486
    r.set("big", big)
    same(len(r.get("big")), len(big))
    same(r.get("big") == big, True)
    same(r.getrange("big", 10_000_000, 10_000_009), big[10_000_000:10_000_010])
    p = r.pipeline(transaction=False)
    for _ in range(3):
        p.get("big")
    p.ping()
    replies = p.execute()
    same([x == big for x in replies[:3]] + replies[3:], [True, True, True, True])


@check
def databases(r):
    r.set("k", "zero")
    other = client(db=3)
    same(other.get("k"), None)
    other.set("k", "three")
    same(r.get("k"), b"zero")
    other.flushdb()
    same(r.get("k"), b"zero")
    refuses("DB index is out of range", lambda: r.execute_command("SELECT", 99))


@check
def connection_commands(r):
    one = client(client_name="probe", single_connection_client=True)
    same(one.client_getname(), "probe")
    number = one.client_id()
    assert any(c["id"] == str(number) and c["name"] == "probe" for c in r.client_list())
    same(one.echo("hi"), b"hi")
    same(one.ping(), True)
    assert abs(one.time()[0] - time.time()) < 5
    same(r.client_kill_filter(_id=number), 1)


@check
def server_commands(r):
    info = r.info()
    same(info["loading"], 0)
    same(info["role"], "master")
    assert info["used_memory"] > 0 and info["connected_clients"] >= 1
    same(r.config_get("maxmemory-policy"), {"maxmemory-policy": "noeviction"})
    same(r.config_set("maxmemory-policy", "allkeys-lru"), True)
    same(r.config_get("maxmemory-policy"), {"maxmemory-policy": "allkeys-lru"})
    r.config_set("maxmemory-policy", "noeviction")
    refuses("", lambda: r.config_set("no-such-setting", 1))
    assert r.command_count() > 60
    assert "get" in r.command()


@check
def many_threads_share_a_pool(r):
    wrong = []

    def work(number):
        for i in range(200):
            r.set("w:%d" % number, i)
            if r.get("w:%d" % number) != b"%d" % i:
                wrong.append((number, i))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    same(wrong, [])


for function in checks:
    connection = client()
    connection.flushall()
    try:
        function(connection)
        print("ok", function.__name__)
    except Skip as e:
        print("skip %s: %s" % (function.__name__, e))
    except Exception as e:  # a check that breaks in any way is reported by its name
        print("not ok %s: %s: %s" % (function.__name__, type(e).__name__, e))
    connection.close()
print("done %d" % len(checks))
