/*
 * Two searches for each start: Newton's method finds where the gradient vanishes, whatever that
 * point is, and a compass search (Kolda, Lewis and Torczon 2003) goes down to minima, also where
 * there are kinks or no curvature. What either of them returns counts only after a look around it.
 */
#include "cli/walk/stationary.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Of the grid that is looked through, along a side. */
enum { GRID_LINE = 401, GRID_PLANE = 61, SEARCHES_MAX = 64 };

/* In which it is looked around a point. */
enum { DIRECTIONS = 64 };

/* How near two points are one, and where it is looked around a point, in multiples of its size; how
 * far from the start one may be. */
static const double same = 1e-6, around = 1e-4, farthest = 1e6;

static double size_of(const double *w)
{
    return fmax(1.0, fmax(fabs(w[0]), fabs(w[1])));
}

static double slope_of(const struct walk_function *function, const double *w)
{
    struct jet jet = walk_evaluate(function, w);
    return hypot(jet.x, jet.y);
}

/* Newton's step in place; false where there is none. */
static bool step_newton(const struct walk_function *function, double *w)
{
    struct jet jet = walk_evaluate(function, w);
    if (function->dimensions == 1) {
        w[0] -= jet.x / jet.xx;
        return isfinite(w[0]);
    }
    double determinant = jet.xx * jet.yy - jet.xy * jet.xy;
    w[0] -= (jet.yy * jet.x - jet.xy * jet.y) / determinant;
    w[1] -= (jet.xx * jet.y - jet.xy * jet.x) / determinant;
    return isfinite(w[0]) && isfinite(w[1]);
}

/* Whether steps become too short to matter: by half a step where the point is a double one. */
static bool search_newton(const struct walk_function *function, double *w)
{
    enum { STEPS = 100 };
    for (size_t k = 0; k < STEPS; k++) {
        if (slope_of(function, w) == 0.0) {
            return true;
        }
        const double before[] = {w[0], w[1]};
        if (!step_newton(function, w) || size_of(w) > farthest) {
            return false;
        }
        if (walk_distance(function, w, before) <= 1e-14 * size_of(w)) {
            return true;
        }
    }
    return false;
}

/* Tries a step to each side along each axis; false where none goes down. */
static bool step_compass(const struct walk_function *function, double *w, double length)
{
    double height = walk_evaluate(function, w).value;
    for (size_t d = 0; d < function->dimensions; d++) {
        for (int side = -1; side <= 1; side += 2) {
            double moved[WALK_DIMENSIONS_MAX] = {w[0], w[1]};
            moved[d] += side * length;
            if (walk_evaluate(function, moved).value < height) {
                memcpy(w, moved, sizeof moved);
                return true;
            }
        }
    }
    return false;
}

static bool search_compass(const struct walk_function *function, double *w)
{
    enum { STEPS = 2000 };
    double length = 0.1 * size_of(w);
    for (size_t k = 0; k < STEPS && length > 1e-15 * size_of(w); k++) {
        length *= step_compass(function, w, length) ? 2.0 : 0.25;
        if (!(size_of(w) < farthest)) {
            return false;
        }
    }
    return true;
}

/* How much is higher and how much is lower around a point; the rest is level, or nothing. */
struct look {
    size_t higher, lower;
};

static struct look look_around(const struct walk_function *function, const double *w)
{
    static const double pi = 3.14159265358979323846;
    struct look look = {0};
    double height = walk_evaluate(function, w).value, radius = around * size_of(w);
    for (size_t i = 0; i < DIRECTIONS; i++) {
        double angle = 2.0 * pi * (double)i / DIRECTIONS;
        bool line = function->dimensions == 1;
        const double moved[] = {w[0] + radius * (line ? 1.0 - 2.0 * (double)(i % 2) : cos(angle)),
                                w[1] + (line ? 0.0 : radius * sin(angle))};
        double other = walk_evaluate(function, moved).value;
        look.higher += other > height;
        look.lower += other < height;
    }
    return look;
}

/* Whether the slope is too small to matter around a point. At a pole, Newton's steps become as
 * short as at a point where the gradient vanishes. */
static bool is_level(const struct walk_function *function, const double *w)
{
    double height = walk_evaluate(function, w).value, radius = around * size_of(w);
    double most = DBL_EPSILON * fabs(height);
    for (size_t i = 0; i < 2 * function->dimensions; i++) {
        double moved[] = {w[0], w[1]};
        moved[i / 2] += i % 2 == 0 ? radius : -radius;
        most = fmax(most, fabs(walk_evaluate(function, moved).value - height));
    }
    return slope_of(function, w) * radius <= most / 2.0;
}

/* The kind of a stationary point, if it stands alone: by what is around it, or where rounding hides
 * that, by the curvatures. */
static bool classify(const struct walk_function *function, struct walk_stationary *point)
{
    double height = walk_evaluate(function, point->w).value;
    struct walk_curvatures curvatures = walk_curvatures(function, point->w);
    double most = fmax(fabs(curvatures.low), fabs(curvatures.high));
    double least = fmax(1e-7 * most, 1e-10 * fmax(1.0, fabs(height)));
    struct look look = look_around(function, point->w);
    bool up = look.lower == 0, down = look.higher == 0;
    if (look.higher + look.lower < DIRECTIONS) {
        up = curvatures.low > 0.0;
        down = curvatures.high < 0.0;
        if (!(fabs(curvatures.low) > least && fabs(curvatures.high) > least)) {
            return false;
        }
    }
    point->kind = up ? WALK_MINIMUM : down ? WALK_MAXIMUM : WALK_SADDLE;
    return isfinite(height);
}

/* The place to nine decimals, if the gradient, or at a kink the value, is no greater there. */
static void round_place(const struct walk_function *function, double *w, bool smooth)
{
    const double rounded[] = {round(w[0] * 1e9) / 1e9, round(w[1] * 1e9) / 1e9};
    bool better = smooth
                      ? slope_of(function, rounded) <= slope_of(function, w)
                      : walk_evaluate(function, rounded).value <= walk_evaluate(function, w).value;
    if (better) {
        memcpy(w, rounded, sizeof rounded);
    }
}

static void add(struct walk_found *found, const struct walk_function *function,
                const struct walk_stationary *point)
{
    for (size_t i = 0; i < found->count; i++) {
        if (walk_distance(function, found->points[i].w, point->w) <= same * size_of(point->w)) {
            return;
        }
    }
    if (found->count < WALK_STATIONARY_MAX) {
        found->points[found->count++] = *point;
    }
}

/* Where Newton's method leads from a start. */
static bool search_smooth(const struct walk_function *function, const double *start,
                          struct walk_stationary *point)
{
    memcpy(point->w, start, sizeof point->w);
    if (!search_newton(function, point->w)) {
        return false;
    }
    round_place(function, point->w, true);
    return is_level(function, point->w) && classify(function, point);
}

/* Whether the function jumps there, as at a pole, into which a search can fall. */
static bool is_pole(const struct walk_function *function, const double *w)
{
    double height = walk_evaluate(function, w).value, radius = around * size_of(w);
    for (size_t i = 0; i < 2 * function->dimensions; i++) {
        double far[] = {w[0], w[1]}, near[] = {w[0], w[1]}, side = i % 2 == 0 ? 1.0 : -1.0;
        far[i / 2] += side * radius;
        near[i / 2] += side * radius / 100.0;
        if (walk_evaluate(function, near).value - height >
            (walk_evaluate(function, far).value - height) / 2.0) {
            return true;
        }
    }
    return !isfinite(height);
}

static void search(struct walk_found *found, const struct walk_function *function,
                   const double *start)
{
    struct walk_stationary point, low = {.kind = WALK_MINIMUM, .w = {start[0], start[1]}};
    if (search_smooth(function, start, &point)) {
        add(found, function, &point);
    }
    if (!search_compass(function, low.w)) {
        return;
    }
    if (search_smooth(function, low.w, &point) && point.kind == WALK_MINIMUM &&
        walk_distance(function, low.w, point.w) < around * size_of(low.w)) {
        add(found, function, &point);
        return;
    }
    round_place(function, low.w, false);
    if (look_around(function, low.w).higher == DIRECTIONS && !is_pole(function, low.w)) {
        add(found, function, &low);
    }
}

/* Whether the slope at cell i is no greater than at its neighbours. */
static bool is_least(const double *slopes, size_t i, size_t side, size_t rows)
{
    size_t column = i % side, row = i / side;
    return isfinite(slopes[i]) && !(column > 0 && slopes[i] > slopes[i - 1]) &&
           !(column + 1 < side && slopes[i] > slopes[i + 1]) &&
           !(row > 0 && slopes[i] > slopes[i - side]) &&
           !(row + 1 < rows && slopes[i] > slopes[i + side]);
}

/* Starts a search wherever the slope is less than at the neighbours on a grid. */
static void search_grid(struct walk_found *found, const struct walk_function *function,
                        const double *middle)
{
    bool line = function->dimensions == 1;
    size_t side = line ? GRID_LINE : GRID_PLANE, rows = line ? 1 : side, searches = 0;
    double slopes[GRID_PLANE * GRID_PLANE], places[GRID_PLANE * GRID_PLANE][WALK_DIMENSIONS_MAX];
    double reach = 5.0 + 2.0 * fmax(fabs(middle[0]), fabs(middle[1]));
    double width = 2.0 * reach / (double)(side - 1);
    for (size_t i = 0; i < rows * side; i++) {
        size_t row = i / side, column = i % side;
        places[i][0] = middle[0] - reach + width * (double)column;
        places[i][1] = line ? 0.0 : middle[1] - reach + width * (double)row;
        slopes[i] = slope_of(function, places[i]);
    }
    for (size_t i = 0; i < rows * side && searches < SEARCHES_MAX; i++) {
        if (is_least(slopes, i, side, rows)) {
            search(found, function, places[i]);
            searches++;
        }
    }
}

/* Minima to the front, the lowest first. */
static void sort(struct walk_found *found, const struct walk_function *function)
{
    for (size_t i = 1; i < found->count; i++) {
        struct walk_stationary point = found->points[i];
        double height = walk_evaluate(function, point.w).value;
        size_t k = i;
        while (k > 0 && point.kind == WALK_MINIMUM &&
               (found->points[k - 1].kind != WALK_MINIMUM ||
                walk_evaluate(function, found->points[k - 1].w).value > height)) {
            found->points[k] = found->points[k - 1];
            k--;
        }
        found->points[k] = point;
    }
}

void walk_find_stationary(struct walk_found *found, const struct walk_function *function,
                          const double (*starts)[WALK_DIMENSIONS_MAX], size_t count)
{
    const struct walk_example *example = function->example;
    *found = (struct walk_found){0};
    if (!function->own) {
        found->count = example->stationary_count;
        memcpy(found->points, example->stationary, sizeof found->points);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        search(found, function, starts[i]);
    }
    search_grid(found, function, starts[0]);
    sort(found, function);
}

const struct walk_stationary *walk_nearest_minimum(const struct walk_found *found,
                                                   const struct walk_function *function,
                                                   const double *w)
{
    const struct walk_stationary *nearest = NULL;
    for (size_t i = 0; i < found->count; i++) {
        const struct walk_stationary *other = &found->points[i];
        if (other->kind == WALK_MINIMUM &&
            (nearest == NULL ||
             walk_distance(function, w, other->w) < walk_distance(function, w, nearest->w))) {
            nearest = other;
        }
    }
    return nearest;
}
