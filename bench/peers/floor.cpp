// The bare floor: std::priority_queue, a callback for each event, nothing recorded. Cancelled timers stay in the queue and do nothing.
#include "common.hpp"

#include <deque>
#include <functional>
#include <queue>
#include <vector>

struct Event {
  double at;
  long issued;
  std::function<void()> act;
};
struct Later {
  bool operator()(const Event* a, const Event* b) const { return a->at != b->at ? a->at > b->at : a->issued > b->issued; }
};

static std::priority_queue<Event*, std::vector<Event*>, Later> agenda;
static double now = 0;
static long issued = 0;

static Event* after(double delay, std::function<void()> act) {
  Event* event = new Event{now + delay, issued++, std::move(act)};
  agenda.push(event);
  return event;
}

static void run(long most = -1) {
  while (!agenda.empty() && most != 0) {
    Event* event = agenda.top();
    agenda.pop();
    if (event->act) {
      now = event->at;
      most -= 1;
      event->act();
    }
    delete event;
  }
}

static void fire() { after(exponential(1), fire); }

static void hold(long pending, long events) {
  for (long i = 0; i < pending; i += 1) after(exponential(1), fire);
  const double start = cpu_seconds();
  run(events);
  const double cpu = cpu_seconds() - start;
  check(long(agenda.size()) == pending && issued == pending + events, "as many events wait as at the start");
  check_clock(now, pending, events);
  report(events, cpu);
}

static std::deque<double> here;
static double waited = 0;
static long to_come = 0;
static long departed = 0;
static void depart() {
  here.pop_front();
  departed += 1;
  if (here.empty()) return;
  waited += now - here.front();
  after(exponential(1), depart);
}
static void arrive() {
  here.push_back(now);
  if (here.size() == 1) after(exponential(1), depart);
  if (--to_come > 0) after(exponential(1 / LOAD), arrive);
}

static void mm1(long customers) {
  to_come = customers;
  const double start = cpu_seconds();
  after(0, arrive);
  run();
  const double cpu = cpu_seconds() - start;
  report(departed, cpu, ",\"mean_wait\":" + std::to_string(waited / double(customers)));
}

static Event* timers[LAG];
static long set = 0;
static long fired = 0;
static void step() {
  Event*& old = timers[set % LAG];
  if (set >= LAG && !stays(set - LAG)) old->act = nullptr;
  old = after(duration_of(set), [] { fired += 1; });
  if (++set < to_come) after(1, step);
}

static void churn(long timers) {
  to_come = timers;
  const double start = cpu_seconds();
  after(0, step);
  run();
  const double cpu = cpu_seconds() - start;
  report(set, cpu, ",\"fired\":" + std::to_string(fired));
}

int main(int argc, char** argv) {
  check(argc > 2, "which workload, and how much?");
  const std::string workload = argv[1];
  if (workload == "hold") hold(std::atol(argv[2]), std::atol(argv[3]));
  else if (workload == "mm1") mm1(std::atol(argv[2]));
  else churn(std::atol(argv[2]));
}
