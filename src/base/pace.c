/*
 * The pace of a team's runs, from their times alone.
 */
#include "base/pace.h"

/* A measurement of runs alone: so many, or those that take so many seconds. */
enum { RUNS = 4 };
static const double LONG = 0.02;

/* It is believed for so many seconds, or so many times what it took, and fades by each new one. */
static const double BELIEVED = 0.5, BELIEVED_TIMES = 64.0, FADING = 1.02;

/* What may be lost, and what counts as won, at most: seconds, or so many times a run. A process
 * that takes its turn on a processor keeps it for about four milliseconds. After a rest only a
 * share of it is risked; what is won at most makes the next rest shorter, run by run. */
static const double RISK = 4e-3, RISK_RUNS = 2.0, RISK_SHARE = 0.25, SHORTER = 0.95;

/* A rest: at first so many times what the last run lost, and no longer than this, since it may have
 * been held up just once; the next one, unless there is much to win in between, so many times that
 * finding out costs a few per cent; always between these seconds, or these times a run. */
static const double REST_LOST = 4.0, REST_FIRST = 0.05, REST_NEXT = 32.0;
static const double REST_LEAST = 0.01, REST_MOST = 1.0, REST_LEAST_RUNS = 8.0,
                    REST_MOST_RUNS = 32.0;

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static void go_alone(struct descent_pace *pace, double until)
{
    pace->together = false;
    pace->until = until;
    pace->runs = 0;
    pace->work = pace->seconds = 0.0;
}

bool descent_pace_choose(struct descent_pace *pace, double now)
{
    if (pace->together && now > pace->check) {
        go_alone(pace, now);
    }
    return pace->together;
}

/* What counts are the fastest runs of late: under load some stand still in between, and what is
 * slower than those that did not is no gain. */
static void learn_alone(struct descent_pace *pace, double now)
{
    double seconds = pace->seconds / pace->work;
    pace->alone = pace->known ? smaller(seconds, FADING * pace->alone) : seconds;
    pace->known = true;
    pace->check = now + larger(BELIEVED, BELIEVED_TIMES * pace->seconds);
    go_alone(pace, pace->until);
    pace->together = now >= pace->until;
}

static double risk_of(double run)
{
    return larger(RISK, RISK_RUNS * run);
}

static void go_to_rest(struct descent_pace *pace, double run, double lost, double now)
{
    double first = smaller(REST_LOST * lost, REST_FIRST);
    double least = larger(larger(REST_LEAST, REST_LEAST_RUNS * run), first);
    double most = larger(REST_MOST, REST_MOST_RUNS * run);
    double rest = smaller(larger(pace->rest, least), most);
    pace->rest = smaller(larger(2.0 * rest, REST_NEXT * lost), most);
    pace->lost = (1.0 - RISK_SHARE) * risk_of(run);
    go_alone(pace, now + rest);
}

static void learn_together(struct descent_pace *pace, double work, double seconds, double now)
{
    double alone = work * pace->alone, risk = risk_of(alone), lost = seconds - alone;
    pace->lost = larger(pace->lost + lost, -risk);
    if (pace->lost > risk) {
        go_to_rest(pace, alone, lost, now);
    } else if (pace->lost <= -risk) {
        pace->rest *= SHORTER;
    }
}

void descent_pace_learn(struct descent_pace *pace, double work, double begin, double now)
{
    pace->all++;
    pace->most += pace->together;
    if (pace->together) {
        learn_together(pace, work, now - begin, now);
        return;
    }
    pace->work += work;
    pace->seconds += now - begin;
    if (++pace->runs == RUNS || pace->seconds > LONG) {
        learn_alone(pace, now);
    }
}
