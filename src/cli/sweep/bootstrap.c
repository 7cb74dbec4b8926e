/*
 * Intervals by drawing again from what there is.
 */
#include "cli/sweep/bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BOOTSTRAP_SEED = 1, BOOTSTRAP_STREAM = DESCENT_STREAM_USER + 20 };

/* On each side one in so many draws lies beyond the interval: 2.5 %. */
enum { BEYOND = 40 };

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

void bootstrap_sort(double *numbers, size_t count)
{
    if (count > 0) {
        qsort(numbers, count, sizeof *numbers, compare);
    }
}

double bootstrap_median(const double *sorted, size_t count)
{
    return count > 0 ? (sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0 : NAN;
}

descent_random bootstrap_generator(void)
{
    return descent_random_init(BOOTSTRAP_SEED, BOOTSTRAP_STREAM, 0);
}

struct bootstrap_place {
    size_t low, high; /* of the sorted numbers: the draws' middle one, twice, or middle two */
    size_t times;
    double middle; /* scratch: the mean of both */
};

/* The number that stands at a place among the draws in their order. */
static size_t at_place(const size_t *times, size_t place)
{
    size_t i = 0;
    for (size_t before = times[0]; before <= place; before += times[i]) {
        i++;
    }
    return i;
}

/* Counting how often each is drawn takes the place of sorting the draws. */
static struct bootstrap_place draw_place(descent_random *random, size_t count, size_t *times)
{
    memset(times, 0, count * sizeof *times);
    for (size_t i = 0; i < count; i++) {
        times[descent_random_below(random, count)]++;
    }
    return (struct bootstrap_place){
        .low = at_place(times, (count - 1) / 2), .high = at_place(times, count / 2), .times = 1};
}

double bootstrap_draw(descent_random *random, const double *sorted, size_t count, size_t *times)
{
    struct bootstrap_place place = draw_place(random, count, times);
    return (sorted[place.low] + sorted[place.high]) / 2.0;
}

struct bootstrap_interval bootstrap_middle(double *draws, size_t count)
{
    size_t beyond = count / BEYOND;
    bootstrap_sort(draws, count);
    return (struct bootstrap_interval){draws[beyond], draws[count - 1 - beyond]};
}

static int compare_places(const void *left, const void *right)
{
    const struct bootstrap_place *a = left, *b = right;
    return a->low != b->low ? (a->low > b->low) - (a->low < b->low)
                            : (a->high > b->high) - (a->high < b->high);
}

/* Puts the same ones together; returns how many are left. */
static size_t gather(struct bootstrap_place *list, size_t count)
{
    size_t length = 1;
    qsort(list, count, sizeof *list, compare_places);
    for (size_t i = 1; i < count; i++) {
        if (compare_places(&list[length - 1], &list[i]) == 0) {
            list[length - 1].times++;
        } else {
            list[length++] = list[i];
        }
    }
    return length;
}

static bool draw_places(struct bootstrap_places *places, size_t count)
{
    size_t *times = calloc(count, sizeof *times);
    struct bootstrap_place *list = calloc(BOOTSTRAP_DRAWS, sizeof *list);
    descent_random random = bootstrap_generator();
    if (times == NULL || list == NULL) {
        free(times);
        free(list);
        return false;
    }
    for (size_t d = 0; d < BOOTSTRAP_DRAWS; d++) {
        list[d] = draw_place(&random, count, times);
    }
    free(times);
    bootstrap_places_free(places);
    *places = (struct bootstrap_places){count, gather(list, BOOTSTRAP_DRAWS), list};
    return true;
}

void bootstrap_places_free(struct bootstrap_places *places)
{
    free(places->list);
    *places = (struct bootstrap_places){0};
}

static int compare_middles(const void *left, const void *right)
{
    return compare(&((const struct bootstrap_place *)left)->middle,
                   &((const struct bootstrap_place *)right)->middle);
}

/* The draw that stands at a place in their order. */
static double drawn_at(const struct bootstrap_places *places, size_t place)
{
    size_t i = 0;
    for (size_t before = places->list[0].times; before <= place; before += places->list[i].times) {
        i++;
    }
    return places->list[i].middle;
}

bool bootstrap_of_median(struct bootstrap_interval *interval, struct bootstrap_places *places,
                         const double *sorted, size_t count)
{
    *interval = (struct bootstrap_interval){NAN, NAN};
    if (count < 2) {
        return true;
    }
    if (places->count != count && !draw_places(places, count)) {
        return false;
    }
    for (size_t i = 0; i < places->length; i++) {
        struct bootstrap_place *place = &places->list[i];
        place->middle = (sorted[place->low] + sorted[place->high]) / 2.0;
    }
    qsort(places->list, places->length, sizeof *places->list, compare_middles);
    size_t beyond = BOOTSTRAP_DRAWS / BEYOND;
    interval->low = drawn_at(places, beyond);
    interval->high = drawn_at(places, BOOTSTRAP_DRAWS - 1 - beyond);
    return true;
}

double bootstrap_most(size_t count)
{
    return count > 0 ? 1.0 - ldexp(2.0, -(int)count) : 0.0;
}
