// What the C++ programs share: random numbers, the clock of the processor, checks, and one line of JSON for bench/peers.ts.
//   PROGRAM hold PENDING EVENTS | mm1 CUSTOMERS | churn TIMERS
#pragma once
#include <sys/resource.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

constexpr double LOAD = 0.8;
constexpr long LAG = 100;

inline bool stays(long timer) { return timer % 10 == 0; }
inline double duration_of(long timer) { return 5000.0 + double(timer * 7919 % 10000); }
inline long expiring(long timers) { return timers <= LAG ? timers : (timers - LAG + 9) / 10 + LAG; }

// splitmix64: one multiply-and-shift chain for each number.
inline double exponential(double mean) {
  static uint64_t state = 2026;
  uint64_t mixed = state += 0x9e3779b97f4a7c15u;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  const double uniform = double((mixed ^ (mixed >> 31)) >> 11) * 0x1p-53;
  return -std::log(1 - uniform) * mean;
}

inline double cpu_seconds() {
  rusage use;
  getrusage(RUSAGE_SELF, &use);
  return double(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + 1e-6 * double(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

// Of this process alone: what getrusage says begins with the memory of the parent.
inline double peak_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "VmHWM:") return status >> word, std::stod(word) / 1024;
  return 0;
}

inline void check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::exit(1);
}

// When each of `pending` happens once a second, so many events take events / pending seconds, give or take.
inline void check_clock(double now, long pending, long events) {
  const double rate = double(events) / double(pending) / now;
  check(std::fabs(rate - 1) < 6 / std::sqrt(double(events)), "the mean delay is not 1");
}

// `count` is of what the workload is measured in: events, customers or timers.
inline void report(long count, double cpu, const std::string& more = "") {
  std::printf("{\"count\":%ld,\"cpu_s\":%.6f,\"peak_mb\":%.1f%s}\n", count, cpu, peak_megabytes(), more.c_str());
  std::fflush(stdout);
}
