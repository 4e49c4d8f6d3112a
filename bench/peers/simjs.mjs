/**
 * SIM.JS (simjs on npm): timers with callbacks, a Facility as the server; a withdrawn timer is flagged and skipped.
 * `simjs.mjs hold PENDING EVENTS | mm1 CUSTOMERS | churn TIMERS` prints one line of JSON for bench/peers.ts.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const LOAD = 0.8;
const LAG = 100;
const FOREVER = 1e18;

// The package exports nothing under Node; it leaves everything in `window`.
globalThis.window = globalThis;
const { PEERS_NPM } = process.env;
createRequire(PEERS_NPM === undefined ? import.meta.url : join(PEERS_NPM, 'package.json'))('simjs');
const { Entity, Facility, Random, Sim } = globalThis.Sim;

const random = new Random(2026);

const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

// Of this process alone: what resourceUsage says begins with the memory of the parent.
function peakMegabytes() {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'));
    return Number(kilobytes) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

/** Runs a simulation with one entity and reports how long that took; filling is not counted. */
function run(sim, most) {
  const start = cpuSeconds();
  sim.simulate(FOREVER, most);
  return cpuSeconds() - start;
}

const report = (count, cpu_s, more = {}) =>
  console.log(JSON.stringify({ count, cpu_s, peak_mb: peakMegabytes(), ...more }));

function hold(pending, events) {
  let fired = 0;
  class Holder extends Entity {
    start() {
      for (let i = 0; i < pending; i += 1) this.setTimer(random.exponential(1)).done(this.fire);
    }
    fire() {
      fired += 1;
      this.setTimer(random.exponential(1)).done(this.fire);
    }
  }
  const sim = new Sim();
  sim.addEntity(Holder, 'holder');
  const cpu = run(sim, events);
  assert.equal(fired, events);
  assert.ok(Math.abs(events / pending / sim.time() - 1) < 6 / Math.sqrt(events));
  report(events, cpu);
}

function mm1(customers) {
  let left = customers;
  let served = 0;
  let waited = 0;
  const server = new Facility('server', Facility.FCFS, 1);
  class Source extends Entity {
    start() {
      this.setTimer(0).done(this.arrive);
    }
    arrive() {
      const since = this.time();
      const service = random.exponential(1);
      this.useFacility(server, service).done(() => {
        served += 1;
        waited += this.time() - since - service;
      });
      left -= 1;
      if (left > 0) this.setTimer(random.exponential(LOAD)).done(this.arrive);
    }
  }
  const sim = new Sim();
  sim.addEntity(Source, 'source');
  const cpu = run(sim, Number.POSITIVE_INFINITY);
  report(served, cpu, { mean_wait: waited / customers });
}

function churn(timers) {
  let set = 0;
  let fired = 0;
  const waiting = new Array(LAG).fill(undefined);
  class Setter extends Entity {
    start() {
      this.setTimer(1).done(this.step);
    }
    expire() {
      fired += 1;
    }
    step() {
      if (set >= LAG && set % 10 !== 0) waiting[set % LAG].cancel();
      waiting[set % LAG] = this.setTimer(5000 + ((set * 7919) % 10000)).done(this.expire);
      set += 1;
      if (set < timers) this.setTimer(1).done(this.step);
    }
  }
  const sim = new Sim();
  sim.addEntity(Setter, 'setter');
  const cpu = run(sim, Number.POSITIVE_INFINITY);
  report(set, cpu, { fired });
}

const [workload, ...numbers] = process.argv.slice(2);
({ hold, mm1, churn })[workload](...numbers.map(Number));
