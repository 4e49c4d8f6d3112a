"""SimPy: a process for each pending event, customer or timer; a Resource is the server; a timer is withdrawn by interrupting it.

simpy_workloads.py hold PENDING EVENTS | mm1 CUSTOMERS | churn TIMERS prints one line of JSON for bench/peers.ts.
"""
import json
import math
import random
import resource
import sys

import simpy

LOAD = 0.8
LAG = 100


def cpu_seconds():
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


def peak_megabytes():
    """Of this process alone: what getrusage says begins with the memory of the parent. 0 where nobody tells."""
    try:
        with open('/proc/self/status') as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith('VmHWM:'))
    except OSError:
        return 0


def report(count, cpu, **more):
    print(json.dumps({'count': count, 'cpu_s': cpu, 'peak_mb': peak_megabytes(), **more}))


def hold(pending, events):
    env = simpy.Environment()
    done = env.event()
    fired = 0

    def fire():
        nonlocal fired
        while True:
            yield env.timeout(random.expovariate(1.0))
            fired += 1
            if fired == events:
                done.succeed()

    for _ in range(pending):
        env.process(fire())
    while env.peek() == 0:  # Every process runs to its first timeout.
        env.step()
    start = cpu_seconds()
    env.run(until=done)
    cpu = cpu_seconds() - start
    assert fired == events
    assert abs(events / pending / env.now - 1) < 6 / math.sqrt(events)
    report(events, cpu)


def mm1(customers):
    env = simpy.Environment()
    server = simpy.Resource(env, capacity=1)
    served = 0
    waited = 0.0

    def customer():
        nonlocal served, waited
        since = env.now
        with server.request() as turn:
            yield turn
            waited += env.now - since
            served += 1
            yield env.timeout(random.expovariate(1.0))

    def source():
        for _ in range(customers):
            env.process(customer())
            yield env.timeout(random.expovariate(LOAD))

    env.process(source())
    start = cpu_seconds()
    env.run()
    report(served, cpu_seconds() - start, mean_wait=waited / customers)


def churn(timers):
    env = simpy.Environment()
    fired = 0
    withdrawn = 0

    def timer(i):
        nonlocal fired, withdrawn
        try:
            yield env.timeout(5000 + i * 7919 % 10000)
            fired += 1
        except simpy.Interrupt:
            withdrawn += 1

    def steps():
        waiting = [None] * LAG
        for i in range(timers):
            if i >= LAG and i % 10 != 0:
                waiting[i % LAG].interrupt()
            waiting[i % LAG] = env.process(timer(i))
            yield env.timeout(1)

    env.process(steps())
    start = cpu_seconds()
    env.run()
    cpu = cpu_seconds() - start
    assert fired + withdrawn == timers
    report(timers, cpu, fired=fired)


random.seed(2026)
WORKLOADS = {'hold': hold, 'mm1': mm1, 'churn': churn}
WORKLOADS[sys.argv[1]](*map(int, sys.argv[2:]))
