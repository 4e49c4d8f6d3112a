// SimGrid: hold and churn on the timers of its kernel, which are cheaper than actors; mm1 as an actor for each customer and a semaphore.
#include "common.hpp"

#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>

namespace s4u = simgrid::s4u;
using simgrid::kernel::timer::kernel_timers;
using simgrid::kernel::timer::Timer;

static s4u::Host* host = nullptr;
static double start = 0;
static long to_come = 0;

// Timers run only as long as there is an actor.
static void stay_until(double at) {
  s4u::Actor::create("clock", host, [at] { s4u::this_actor::sleep_until(at); });
}

static long events = 0;
static long pending = 0;
static void fire() {
  Timer::set(s4u::Engine::get_clock() + exponential(1), fire);
  if (--to_come > 0) return;
  const double cpu = cpu_seconds() - start;
  check(long(kernel_timers().size()) == pending, "as many timers wait as at the start");
  check_clock(s4u::Engine::get_clock(), pending, events);
  report(events, cpu);
  std::_Exit(0);
}

static void hold(s4u::Engine& engine) {
  to_come = events;
  for (long i = 0; i < pending; i += 1) Timer::set(exponential(1), fire);
  stay_until(1e12);
  start = cpu_seconds();
  engine.run();
  check(false, "the timers went on");
}

static void mm1(s4u::Engine& engine, long customers) {
  long served = 0;
  double waited = 0;
  const auto server = s4u::Semaphore::create(1);
  const auto customer = [&] {
    const double since = s4u::Engine::get_clock();
    server->acquire();
    waited += s4u::Engine::get_clock() - since;
    served += 1;
    s4u::this_actor::sleep_for(exponential(1));
    server->release();
  };
  s4u::Actor::create("source", host, [&] {
    for (long i = 0; i < customers; i += 1) {
      s4u::Actor::create("customer", host, customer);
      s4u::this_actor::sleep_for(exponential(1 / LOAD));
    }
  });
  start = cpu_seconds();
  engine.run();
  const double cpu = cpu_seconds() - start;
  report(served, cpu, ",\"mean_wait\":" + std::to_string(waited / double(customers)));
}

static Timer* timers[LAG];
static long set = 0;
static long fired = 0;
static void step() {
  const double now = s4u::Engine::get_clock();
  Timer*& old = timers[set % LAG];
  if (set >= LAG && !stays(set - LAG)) old->remove();
  old = Timer::set(now + duration_of(set), [] { fired += 1; });
  if (++set < to_come) Timer::set(now + 1, step);
}

static void churn(s4u::Engine& engine, long count) {
  to_come = count;
  Timer::set(1, step);
  stay_until(double(count) + 20000);
  start = cpu_seconds();
  engine.run();
  const double cpu = cpu_seconds() - start;
  report(set, cpu, ",\"fired\":" + std::to_string(fired));
}

int main(int argc, char** argv) {
  s4u::Engine engine(&argc, argv);
  check(argc > 2, "which workload, and how much?");
  auto* zone = s4u::create_full_zone("zone");
  host = zone->create_host("host", 1e9);
  zone->seal();
  const std::string workload = argv[1];
  if (workload == "hold") {
    pending = std::atol(argv[2]);
    events = std::atol(argv[3]);
    hold(engine);
  } else if (workload == "mm1") mm1(engine, std::atol(argv[2]));
  else churn(engine, std::atol(argv[2]));
}
