"""Loads a TAXII server on this machine and tells what honest clients got meanwhile.

    python3 load.py 'EXAMPLE-SERVE' [ROUND...]

The argument is the program of `examples/serve.rs`, built for release. It is started here with a store of its own, so
that its memory and processor time can be read. Each round is bounded in requests and time:

    connections   1,000 connections at a time, each with 20 requests
    loris         3,000 connections whose heads drip, beside one honest client with new connections
    bodies        bodies that are too large, too deep, packed, or announced and never sent
    disk          a file system of 4 MiB that runs full (needs the right to mount)
    kill          30 kills with signal 9 in the middle of a batch
"""

import asyncio
import json
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

TAXII = "application/taxii+json;version=2.1"
TICK = os.sysconf("SC_CLK_TCK")


class Server:
    def __init__(self, program, store, before=()):
        self.process = subprocess.Popen(
            [*before, program, store, "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
        told = json.loads(self.process.stdout.readline())
        host, _, port = told["address"].rpartition(":")
        self.host, self.port, self.token = host, int(port), told["token"]
        self.objects = f"/api1/collections/{told['collection']}/objects/"

    def memory(self):
        """The peak of resident memory in MB."""
        with open(f"/proc/{self.process.pid}/status") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def head(self, method, path, rest="", body=b""):
        return (f"{method} {path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {self.token}\r\n"
                f"accept: {TAXII}\r\ncontent-type: {TAXII}\r\n{rest}"
                + (f"content-length: {len(body)}\r\n" if body else "") + "\r\n").encode() + body

    async def connect(self):
        return await asyncio.open_connection(self.host, self.port)

    async def ask(self, method, path, rest="", body=b"", stream=None):
        """The status and body; a stream that is given stays open."""
        reader, writer = stream or await self.connect()
        writer.write(self.head(method, path, rest, body))
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split()[1])
        lines = head.decode().lower().split("\r\n")
        length = next((int(l.split(":")[1]) for l in lines if l.startswith("content-length")), 0)
        answer = await reader.readexactly(length)
        if stream is None:
            writer.close()
        return status, answer

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def indicator(number, padding=""):
    return ('{"type":"indicator","spec_version":"2.1","id":"indicator--%08x-0000-4000-8000-000000000000",'
            '"created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"%s"}'
            % (number, padding))


def envelope(numbers, padding=""):
    return ('{"objects":[%s]}' % ",".join(indicator(n, padding) for n in numbers)).encode()


def quantiles(times):
    times = sorted(times)
    at = lambda share: times[min(len(times) - 1, int(share * len(times)))] * 1000
    return f"median {at(.5):.1f} ms, 99 % {at(.99):.1f} ms, longest {times[-1] * 1000:.1f} ms"


async def connections(server):
    await server.ask("POST", server.objects, body=envelope(range(1000)))
    streams = await asyncio.gather(*(server.connect() for _ in range(1000)))
    times, statuses = [], {}

    async def client(stream):
        for _ in range(20):
            begun = time.perf_counter()
            status, _ = await server.ask("GET", server.objects + "?limit=10", stream=stream)
            times.append(time.perf_counter() - begun)
            statuses[status] = statuses.get(status, 0) + 1

    cpu, begun = server.cpu(), time.perf_counter()
    await asyncio.gather(*(client(stream) for stream in streams))
    wall, cpu = time.perf_counter() - begun, server.cpu() - cpu
    print(f"1,000 connections: {statuses}, {len(times) / wall:.0f} requests a second of wall time, "
          f"{cpu / len(times) * 1e3:.2f} ms of CPU each; {quantiles(times)}")


async def loris(server):
    over = time.perf_counter() + 20
    counts = {"opened": 0}

    async def drip():
        while time.perf_counter() < over:
            try:
                _, writer = await server.connect()
                counts["opened"] += 1
                writer.write(b"GET /taxii2/ HTTP/1.1\r\nhost: a\r\nx-a: ")
                while time.perf_counter() < over:
                    writer.write(b"a")
                    await writer.drain()
                    await asyncio.sleep(1)
            except OSError:
                await asyncio.sleep(0.1)

    drips = [asyncio.create_task(drip()) for _ in range(3000)]
    await asyncio.sleep(3)
    times, lost = [], 0
    while time.perf_counter() < over - 1:
        begun = time.perf_counter()
        try:
            status, _ = await server.ask("GET", "/taxii2/")
            times.append(time.perf_counter() - begun)
            lost += status != 200
        except (OSError, asyncio.IncompleteReadError):
            lost += 1
    for task in drips:
        task.cancel()
    await asyncio.gather(*drips, return_exceptions=True)
    print(f"dripping heads: {counts['opened']} connections of 3,000 clients in 20 s; honest requests: "
          f"{len(times)} answered, {lost} lost; {quantiles(times)}")


async def bodies(server):
    statuses = {}
    large, deep = b" " * (11 << 20), b'{"objects":[{"a":' + b"[" * (9 << 20)
    for name, rest, body in [
        ("11 MiB", "", large), ("9 million brackets", "", deep),
        ("gzip", "content-encoding: gzip\r\n", b"\x1f\x8b" + b"\0" * 1000),
        ("10,001 objects", "", envelope(range(10_001))),
    ]:
        answers = await asyncio.gather(
            *(server.ask("POST", server.objects, rest, body) for _ in range(20)), return_exceptions=True)
        statuses[name] = sorted({a[0] if isinstance(a, tuple) else type(a).__name__ for a in answers}, key=str)
    silent = [await server.connect() for _ in range(200)]
    for _, writer in silent:
        writer.write(server.head("POST", server.objects, "content-length: 9999999\r\n"))
    await asyncio.sleep(1)
    begun = time.perf_counter()
    await server.ask("GET", "/taxii2/")
    print(f"bodies, 20 at a time: {statuses}; with 200 bodies that never come, a request took "
          f"{(time.perf_counter() - begun) * 1e3:.1f} ms")


async def fill(server):
    """Adds until the disk is full; the numbers of what was acknowledged, and the statuses."""
    kept, statuses = [], {}
    for batch in range(200):
        numbers = range(batch * 100, batch * 100 + 100)
        status, _ = await server.ask("POST", server.objects, body=envelope(numbers, "n" * 1000))
        statuses[status] = statuses.get(status, 0) + 1
        if status == 202:
            kept.extend(numbers)
        elif sum(statuses.values()) - statuses.get(202, 0) > 3:
            break
    return kept, statuses


def disk(program):
    folder = tempfile.mkdtemp()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]).returncode:
        print("disk: SKIPPED, nothing can be mounted")
        return
    try:
        server = Server(program, folder + "/store.db")
        kept, statuses = asyncio.run(fill(server))
        path = server.objects.replace("/objects/", "/manifest/") + "?limit=10000"
        status, answer = asyncio.run(server.ask("GET", path))
        there = len(json.loads(answer).get("objects", []))
        server.process.kill()
        server.process.wait()
        again = Server(program, folder + "/store.db")
        status, answer = asyncio.run(again.ask("GET", path))
        after = len(json.loads(answer).get("objects", []))
        again.stop()
        print(f"full disk of 4 MiB: {statuses}; {len(kept)} objects acknowledged, {there} served, "
              f"{after} after a kill and a restart")
    finally:
        subprocess.run(["umount", folder])
        os.rmdir(folder)


def kill(program):
    folder = tempfile.mkdtemp()
    store, acknowledged, batch = folder + "/store.db", set(), 0

    async def batches(server, first, wait):
        async def one(number):
            try:
                status, _ = await server.ask(
                    "POST", server.objects, body=envelope(range(number * 200, number * 200 + 200)))
                if status == 202:
                    acknowledged.add(number)
            except (OSError, asyncio.IncompleteReadError):
                pass
        tasks = [asyncio.create_task(one(first + n)) for n in range(8)]
        await asyncio.sleep(wait)
        server.process.kill()
        await asyncio.gather(*tasks)

    for turn in range(30):
        server = Server(program, store)
        asyncio.run(batches(server, batch, turn * 0.004))
        server.process.wait()
        batch += 8
    server = Server(program, store)
    path, there, rest = server.objects.replace("/objects/", "/manifest/") + "?limit=10000", set(), ""
    while rest is not None:
        answer = json.loads(asyncio.run(server.ask("GET", path + rest))[1])
        there |= {int(entry["id"][11:19], 16) for entry in answer.get("objects", [])}
        rest = f"&next={answer['next']}" if answer.get("more") else None
    server.stop()
    half = sum(0 < len(there & set(range(n * 200, n * 200 + 200))) < 200 for n in range(batch))
    lost = sum(not there >= set(range(n * 200, n * 200 + 200)) for n in acknowledged)
    shutil.rmtree(folder)
    print(f"30 kills: {batch} batches of 200 sent, {len(acknowledged)} acknowledged, {lost} of these lost, "
          f"{half} there by half")


def main():
    program, *rounds = sys.argv[1:]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 16384), hard))
    for name in rounds or ["connections", "loris", "bodies", "disk", "kill"]:
        if name in ("disk", "kill"):
            globals()[name](program)
            continue
        folder = tempfile.mkdtemp()
        server = Server(program, folder + "/store.db")
        asyncio.run(globals()[name](server))
        print(f"  peak memory {server.memory():.0f} MB")
        server.stop()
        shutil.rmtree(folder)


main()
