/*
 * The pace of a team on simulated machines, whose clock is the test's: quiet, busy, and both in
 * turn. The times are those of a step of 0.1 milliseconds; a thread that has lost its processor
 * gets it back after 4 milliseconds.
 */
#include "base/pace.h"
#include "harness.h"

struct machine {
    double now;
    double alone, together, stall; /* seconds of a run, and of one that is held up */
    int every;                     /* so many runs together one is held up; 0: none */
    int count;                     /* of runs together so far */
    struct descent_pace pace;
};

static const struct machine quiet = {.alone = 1e-4, .together = 6e-5};
static const struct machine busy = {.alone = 1e-4, .together = 6e-5, .stall = 4e-3, .every = 1};

static void run(struct machine *machine)
{
    double begin = machine->now;
    if (!descent_pace_choose(&machine->pace, begin)) {
        machine->now += machine->alone;
    } else {
        machine->count++;
        bool held = machine->every > 0 && machine->count % machine->every == 0;
        machine->now += machine->together + (held ? machine->stall : 0.0);
    }
    descent_pace_learn(&machine->pace, 32.0, begin, machine->now);
}

/* Runs for so many seconds and returns the runs in a second. */
static double rate(struct machine *machine, double seconds)
{
    double begin = machine->now;
    double runs = 0.0;
    for (; machine->now - begin < seconds; runs++) {
        run(machine);
    }
    return runs / (machine->now - begin);
}

START_TEST(a_quiet_machine_runs_together)
{
    struct machine machine = quiet;
    ck_assert_double_gt(rate(&machine, 5.0), 0.99 / machine.together);
    ck_assert_uint_gt(100 * machine.pace.most, 99 * machine.pace.all);
}
END_TEST

START_TEST(a_busy_machine_costs_little_more_than_running_alone)
{
    for (int every = 1; every <= 32; every *= 2) {
        struct machine machine = busy;
        machine.every = every;
        ck_assert_double_gt(rate(&machine, 10.0), 0.95 / machine.alone);
    }
}
END_TEST

/* A training of half a second has to find it out as well. */
START_TEST(a_short_training_on_a_busy_machine_is_not_held_up_for_long)
{
    struct machine machine = busy;
    ck_assert_double_gt(rate(&machine, 0.5), 0.85 / machine.alone);
}
END_TEST

/* Where two threads are no faster, as on the halves of one core, they are left. */
START_TEST(threads_that_bring_nothing_are_left)
{
    struct machine machine = {.alone = 1e-4, .together = 1.3e-4};
    ck_assert_double_gt(rate(&machine, 10.0), 0.97 / machine.alone);
}
END_TEST

START_TEST(other_work_that_comes_and_goes_is_followed_within_a_second)
{
    struct machine machine = quiet;
    rate(&machine, 3.0);
    machine.stall = busy.stall, machine.every = 1;
    rate(&machine, 0.2);
    ck_assert_double_gt(rate(&machine, 3.0), 0.95 / machine.alone);
    machine.every = 0;
    rate(&machine, 1.1); /* the longest rest */
    ck_assert_double_gt(rate(&machine, 3.0), 0.99 / machine.together);
}
END_TEST

/* An interrupt that is over is no reason to stop: once in 100 milliseconds. */
START_TEST(a_rare_interrupt_changes_nothing)
{
    struct machine machine = quiet;
    machine.stall = 1e-3, machine.every = 1600;
    double with = rate(&machine, 10.0);
    ck_assert_double_gt(with, 0.97 / (machine.together + machine.stall / machine.every));
}
END_TEST

/* Measuring runs alone takes twice their time, so it is done seldom where they are long. */
START_TEST(long_runs_are_seldom_measured_alone)
{
    struct machine machine = {.alone = 0.12, .together = 0.06};
    ck_assert_double_gt(rate(&machine, 60.0), 0.96 / machine.together);
    machine = (struct machine){.alone = 0.12, .together = 0.15};
    ck_assert_double_gt(rate(&machine, 60.0), 0.96 / machine.alone);
}
END_TEST

/* Processors that have become slower, as warm ones do, are no other work. */
START_TEST(a_machine_that_slows_down_stays_together)
{
    struct machine machine = quiet;
    rate(&machine, 2.0);
    machine.alone *= 1.8, machine.together *= 1.8;
    rate(&machine, 1.0);
    ck_assert_double_gt(rate(&machine, 5.0), 0.98 / machine.together);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(a_quiet_machine_runs_together),
        TEST_CASE(a_busy_machine_costs_little_more_than_running_alone),
        TEST_CASE(a_short_training_on_a_busy_machine_is_not_held_up_for_long),
        TEST_CASE(threads_that_bring_nothing_are_left),
        TEST_CASE(other_work_that_comes_and_goes_is_followed_within_a_second),
        TEST_CASE(a_rare_interrupt_changes_nothing),
        TEST_CASE(long_runs_are_seldom_measured_alone),
        TEST_CASE(a_machine_that_slows_down_stays_together),
    };
    return run_tests("pace", cases, TEST_COUNT(cases));
}
