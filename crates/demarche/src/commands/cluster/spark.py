"""Places lines on Apache Spark: each is handed to a command on a worker, again after a failure.

Prints for each line its position, a tab, and what the command printed. Ends with status 3 when no worker is left.
"""

import argparse
import os
import subprocess
import sys
import threading
import time

from pyspark import SparkConf, SparkContext

PATIENCE = 40.0  # seconds without any worker


def watched(context, done):
    """Ends the driver when no worker is there for too long: Spark itself would wait for ever."""
    status = context._jsc.sc()
    seen = time.monotonic()
    while not done.wait(2):
        # One entry is the driver's own.
        workers = status.getExecutorMemoryStatus().size() - 1
        if workers > 0:
            seen = time.monotonic()
        elif time.monotonic() - seen > PATIENCE:
            print(f"no worker has been there for {PATIENCE:.0f} seconds", file=sys.stderr, flush=True)
            os._exit(3)


def task(command):
    """The work of one partition of lines."""

    def run(lines):
        for position, line in lines:
            done = subprocess.run(command, input=line + "\n", capture_output=True, text=True,
                                  env={**os.environ, "RAYON_NUM_THREADS": "1"})
            if done.returncode != 0:
                raise RuntimeError(f"{line}: {command[0]} ended with {done.returncode}: {done.stderr.strip()}")
            yield position, done.stdout.strip()

    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--on", required=True, help="the address of Spark's master")
    parser.add_argument("--tasks", required=True, help="the file of lines")
    parser.add_argument("--attempts", default="4", help="attempts at a line before the job fails")
    parser.add_argument("command", nargs="+", help="the command and its words")
    arguments = parser.parse_args()
    with open(arguments.tasks, encoding="utf-8") as file:
        tasks = list(enumerate(file.read().splitlines()))
    conf = SparkConf().setMaster(arguments.on).setAppName("demarche")
    conf.set("spark.ui.enabled", "false").set("spark.task.maxFailures", arguments.attempts)
    conf.set("spark.ui.showConsoleProgress", "false")
    conf.set("spark.executor.heartbeatInterval", "5s").set("spark.network.timeout", "30s")
    conf.set("spark.network.timeoutInterval", "10s")
    context = SparkContext(conf=conf)
    context.setLogLevel("ERROR")
    done = threading.Event()
    threading.Thread(target=watched, args=(context, done), daemon=True).start()
    for position, answer in context.parallelize(tasks, len(tasks)).mapPartitions(task(arguments.command)).collect():
        print(f"{position}\t{answer}", flush=True)
    done.set()
    context.stop()


main()
