// ns-3: events are callbacks on its simulator. The scheduler is named by the environment variable SCHEDULER: Map is its default. A timer
// is withdrawn in the way that is faster with the scheduler: Map removes it, PriorityQueue would search for it and leaves it flagged.
#include "common.hpp"

#include <deque>

#include "ns3/core-module.h"

using ns3::EventId;
using ns3::Simulator;

static ns3::Time seconds(double value) { return ns3::NanoSeconds(uint64_t(value * 1e9)); }
static double now() { return Simulator::Now().GetSeconds(); }

static double run() {
  const double start = cpu_seconds();
  Simulator::Run();
  return cpu_seconds() - start;
}

static long left = 0;
static void fire() {
  Simulator::Schedule(seconds(exponential(1)), &fire);
  if (--left == 0) Simulator::Stop();
}

static void hold(long pending, long events) {
  left = events;
  for (long i = 0; i < pending; i += 1) Simulator::Schedule(seconds(exponential(1)), &fire);
  const double cpu = run();
  check(left == 0, "every event happened");
  check_clock(now(), pending, events);
  report(events, cpu);
}

static std::deque<double> here;
static double waited = 0;
static long departed = 0;
static void depart() {
  here.pop_front();
  departed += 1;
  if (here.empty()) return;
  waited += now() - here.front();
  Simulator::Schedule(seconds(exponential(1)), &depart);
}
static void arrive() {
  here.push_back(now());
  if (here.size() == 1) Simulator::Schedule(seconds(exponential(1)), &depart);
  if (--left > 0) Simulator::Schedule(seconds(exponential(1 / LOAD)), &arrive);
}

static void mm1(long customers) {
  left = customers;
  Simulator::Schedule(seconds(0), &arrive);
  const double cpu = run();
  report(departed, cpu, ",\"mean_wait\":" + std::to_string(waited / double(customers)));
}

static bool removes = true;
static EventId timers[LAG];
static long set = 0;
static long fired = 0;
static void expire() { fired += 1; }
static void step() {
  EventId& old = timers[set % LAG];
  if (set >= LAG && !stays(set - LAG)) {
    if (removes) Simulator::Remove(old);
    else Simulator::Cancel(old);
  }
  old = Simulator::Schedule(ns3::Seconds(duration_of(set)), &expire);
  if (++set < left) Simulator::Schedule(ns3::Seconds(1), &step);
}

static void churn(long count) {
  left = count;
  Simulator::Schedule(ns3::Seconds(0), &step);
  const double cpu = run();
  report(set, cpu, ",\"fired\":" + std::to_string(fired));
}

int main(int argc, char** argv) {
  check(argc > 2, "which workload, and how much?");
  const char* named = std::getenv("SCHEDULER");
  const std::string name = named == nullptr ? "Map" : named;
  removes = name == "Map";
  ns3::ObjectFactory scheduler;
  scheduler.SetTypeId("ns3::" + name + "Scheduler");
  Simulator::SetScheduler(scheduler);
  const std::string workload = argv[1];
  if (workload == "hold") hold(std::atol(argv[2]), std::atol(argv[3]));
  else if (workload == "mm1") mm1(std::atol(argv[2]));
  else churn(std::atol(argv[2]));
  // Giving back a million pending events one by one is nobody's question.
  std::_Exit(0);
}
