"""Keeps events in SQLite for bench/log-stage.ts, where Node has none of its own.

sqlite.py ROUNDS write DATABASE SELECT LINES SETUP INSERT reads events from lines of JSON, writes them in batches a few times, and sees
that they come back as they were; sqlite.py ROUNDS read DATABASE SELECT reads them back a few times. Both print the seconds of the
processor that the best round took.
"""
import json
import os
import resource
import sqlite3
import sys

BATCH = 1000


def cpu_of(work):
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def write(path, setup, insert, events):
    if os.path.exists(path):
        os.remove(path)
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(setup)
    for first in range(0, len(events), BATCH):
        database.execute('BEGIN')
        database.executemany(insert, (
            (e['seq'], e['at'], e['cause'], e['entity'], e['draws'], json.dumps(e['event'], separators=(',', ':')))
            for e in events[first:first + BATCH]
        ))
        database.execute('COMMIT')
    database.close()


def read(path, select):
    database = sqlite3.connect(path)
    for seq, at, cause, entity, draws, event in database.execute(select):
        yield {'seq': seq, 'at': at, 'cause': cause, 'entity': entity, 'draws': draws, 'event': json.loads(event)}
    database.close()


def causes_in(path, select):
    return sum(event['cause'] for event in read(path, select))


def best_of(rounds, work):
    return min(cpu_of(work) for _ in range(int(rounds)))


rounds, stage, path, select, *rest = sys.argv[1:]
if stage == 'write':
    lines, setup, insert = rest
    with open(lines, encoding='utf8') as file:
        events = [json.loads(line) for line in file]
    said = {'seconds': best_of(rounds, lambda: write(path, setup, insert, events))}
    assert list(read(path, select)) == events
else:
    said = {'causes': causes_in(path, select), 'seconds': best_of(rounds, lambda: causes_in(path, select))}
print(json.dumps(said))
