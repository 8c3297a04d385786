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
START = 300.0  # seconds in which a worker with a free core starts its first process, also on a busy machine


def free_cores(context, master):
    """The free cores of the workers that a master counts as alive; None when it has none, or does not answer."""
    jvm = context._jvm
    deploy = "org.apache.spark.deploy.DeployMessages$"
    try:
        address = jvm.org.apache.spark.rpc.RpcAddress.fromSparkURL(master)
        endpoint = context._jsc.sc().env().rpcEnv().setupEndpointRef(address, "Master")
        answer = jvm.scala.reflect.ClassTag.apply(jvm.java.lang.Class.forName(deploy + "MasterStateResponse"))
        question = getattr(getattr(jvm, deploy + "RequestMasterState$"), "MODULE$")
        workers = endpoint.askSync(question, answer).workers()
    except Exception:  # a master that is gone or in standby, whatever it says
        return None
    alive = [worker.coresFree() for worker in workers if worker.state().toString() == "ALIVE"]
    return sum(alive) if alive else None


def watched(context, address, done):
    """Ends the driver when nothing is there to work for too long: Spark itself would wait for ever."""
    masters = ["spark://" + master for master in address.removeprefix("spark://").split(",")]
    seen = begun = time.monotonic()
    while not done.wait(2):
        now = time.monotonic()
        # One entry is the driver's own.
        if context._jsc.sc().getExecutorMemoryStatus().size() > 1:
            seen = begun = now
            continue
        free = [cores for cores in (free_cores(context, master) for master in masters) if cores is not None]
        if free:
            seen = now
        # Without a free core, the workers are at other work, or about to begin: a queue is waited for.
        if sum(free) == 0:
            begun = now
        if now - seen > PATIENCE:
            ended(f"no worker has been there for {PATIENCE:.0f} seconds")
        if now - begun > START and free:
            ended(f"workers have free cores, and none began in {START:.0f} seconds: each needs a gigabyte of memory")


def ended(reason):
    print(reason, file=sys.stderr, flush=True)
    os._exit(3)


def task(command):
    """The work of one partition of lines."""

    def run(lines):
        for position, line in lines:
            done = subprocess.run(command, input=line + "\n", capture_output=True, text=True,
                                  env={**os.environ, "RAYON_NUM_THREADS": "1"})
            if done.returncode not in (0, 1):  # 1 tells of gaps, which the answers tell, too
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
    threading.Thread(target=watched, args=(context, arguments.on, done), daemon=True).start()
    for position, answer in context.parallelize(tasks, len(tasks)).mapPartitions(task(arguments.command)).collect():
        print(f"{position}\t{answer}", flush=True)
    done.set()
    context.stop()


main()
