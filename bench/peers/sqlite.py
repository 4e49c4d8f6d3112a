"""Keeps events in SQLite for bench/log.ts, where Node has none of its own.

sqlite.py LINES DATABASE SETUP INSERT SELECT reads events from lines of JSON, writes them in batches, reads them back, and prints the
seconds of the processor that each took. Reading the lines is not counted.
"""
import json
import resource
import sqlite3
import sys

BATCH = 1000


def cpu_seconds():
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


def write(path, setup, insert, events):
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


lines, path, setup, insert, select = sys.argv[1:]
with open(lines, encoding='utf8') as file:
    events = [json.loads(line) for line in file]

start = cpu_seconds()
write(path, setup, insert, events)
written = cpu_seconds()
causes = sum(event['cause'] for event in read(path, select))
done = cpu_seconds()

assert list(read(path, select)) == events
print(json.dumps({'write': written - start, 'read': done - written, 'count': len(events), 'causes': causes}))
