/*
 * Round numbers are 1, 2 and 5 times a power of ten, as on most rulers.
 */
#include "cli/plot/figure_axis.h"

#include "cli/base/text.h"

#include <string.h>

/* A range ends at a multiple of about this part of it. */
static const double range_parts = 10.0;

/* A bound may miss its tic by rounding. */
static const double tolerance = 1e-9;

/* Numbers from this on are written with an exponent. */
static const double decimals_below = 1e6;

enum { NO_DECIMALS = -1 };

static const double round_factors[] = {1.0, 2.0, 5.0, 10.0};

enum { ROUND_FACTORS = sizeof round_factors / sizeof round_factors[0] };

static bool is_logarithmic(const struct figure_axis *axis)
{
    return axis->logarithmic || axis->doubling;
}

/* The least round number that is not below a positive value. */
static double round_up(double value)
{
    double power = pow(10.0, floor(log10(value)));
    size_t i = 0;
    while (i + 1 < ROUND_FACTORS && round_factors[i] * power < value * (1.0 - tolerance)) {
        i++;
    }
    return round_factors[i] * power;
}

/* Values that are all the same get room on both sides. */
static struct figure_extent widened(const struct figure_extent *values, bool logarithmic)
{
    struct figure_extent wide = *values;
    if (!(wide.high > wide.low) && logarithmic) {
        wide = (struct figure_extent){wide.low / 2.0, wide.high * 2.0};
    } else if (!(wide.high > wide.low)) {
        double room = wide.low != 0.0 ? 0.1 * fabs(wide.low) : 1.0;
        wide = (struct figure_extent){wide.low - room, wide.high + room};
    }
    return wide;
}

bool figure_axis_spans_decade(double low, double high)
{
    return low > 0.0 && high >= 10.0 * low;
}

void figure_axis_close(struct figure_axis *axis, const struct figure_extent *values)
{
    struct figure_extent wide = *values;
    wide.low = isnan(axis->low) ? wide.low : axis->low;
    wide.high = isnan(axis->high) ? wide.high : axis->high;
    wide = widened(&wide, is_logarithmic(axis));
    double step = round_up((wide.high - wide.low) / range_parts);
    bool logarithmic = is_logarithmic(axis); /* then a multiple of each bound's own power of ten */
    if (isnan(axis->low)) {
        double part = logarithmic ? pow(10.0, floor(log10(wide.low))) : step;
        axis->low = part * floor(wide.low / part + tolerance);
    }
    if (isnan(axis->high)) {
        double part = logarithmic ? pow(10.0, floor(log10(wide.high))) : step;
        axis->high = part * ceil(wide.high / part - tolerance);
    }
}

/* The part of a panel's height that names of regions take. */
static const double names_part = 0.2;

void figure_axis_close_vertical(struct figure_panel *panel)
{
    struct figure_axis *axis = &panel->y;
    bool open = isnan(axis->high);
    figure_axis_close(axis, &panel->all_y);
    if (open && panel->region_count > 0) {
        axis->high = figure_axis_value(axis, 1.0 / (1.0 - names_part));
    }
}

/* The decimals that tell a tic from one that is a step away. */
static int decimals_of(double step)
{
    return (int)fmax(0.0, -floor(log10(step) + tolerance));
}

void figure_axis_number(char *text, size_t size, double value, int digits)
{
    int exponent = value != 0.0 ? (int)floor(log10(fabs(value)) + tolerance) : 0;
    if (exponent != 0) {
        snprintf(text, size, "%.*ge%d", digits, value / pow(10.0, exponent), exponent);
    } else {
        snprintf(text, size, "%.*g", digits, value);
    }
}

/* Adds a value with so many decimals; such as "2e-5" where they are NO_DECIMALS. */
static void add_tic(struct figure_tics *tics, double value, int decimals)
{
    if (tics->count == FIGURE_TICS_MAX) {
        return;
    }
    char *text = tics->text[tics->count];
    tics->at[tics->count++] = value;
    if (decimals == NO_DECIMALS) {
        figure_axis_number(text, FIGURE_TIC_BYTES, value, 3);
    } else {
        bool zero = fabs(value) < 0.5 * pow(10.0, -decimals);
        snprintf(text, FIGURE_TIC_BYTES, "%.*f", decimals, zero ? 0.0 : value);
    }
}

/* At most so many tics, but two at least, without which there is no scale. */
static double step_of(const struct figure_axis *axis, size_t most)
{
    double span = axis->high - axis->low;
    double step = round_up(span / (double)(most > 1 ? most - 1 : 1));
    if (floor(axis->high / step + tolerance) - ceil(axis->low / step - tolerance) < 1.0) {
        step = round_up(span / 5.0);
    }
    return axis->integers && step < 1.0 ? 1.0 : step;
}

static void add_linear(struct figure_tics *tics, const struct figure_axis *axis, size_t most)
{
    double step = step_of(axis, most);
    double largest = fmax(fabs(axis->low), fabs(axis->high));
    int decimals = largest < decimals_below && step > 1e-5 ? decimals_of(step) : NO_DECIMALS;
    double first = ceil(axis->low / step - tolerance), last = floor(axis->high / step + tolerance);
    for (size_t i = 0; i < FIGURE_TICS_MAX && first + (double)i <= last; i++) {
        add_tic(tics, (first + (double)i) * step, decimals);
    }
}

/* Whole powers of the base within the range, and how many of them are passed over for each tic. */
struct powers {
    long first, last;
    long every;
};

static struct powers powers_within(const struct figure_axis *axis, double base, size_t most)
{
    struct powers powers = {lround(ceil(log(axis->low) / log(base) - tolerance)),
                            lround(floor(log(axis->high) / log(base) + tolerance)), 1};
    long count = powers.last - powers.first + 1, room = most > 0 ? (long)most : 1;
    powers.every = count > room ? (count + room - 1) / room : 1;
    return powers;
}

static void add_doubling(struct figure_tics *tics, const struct figure_axis *axis, size_t most)
{
    struct powers powers = powers_within(axis, 2.0, most);
    for (long i = powers.first; i <= powers.last; i += powers.every) {
        double value = exp2((double)i);
        add_tic(tics, value, value >= 1.0 && value < decimals_below ? 0 : NO_DECIMALS);
    }
}

/* Powers of ten; where there is room, 2 and 5 times them as well. */
static void add_decades(struct figure_tics *tics, const struct figure_axis *axis, size_t most)
{
    struct powers powers = powers_within(axis, 10.0, most);
    bool finer = 3.0 * log10(axis->high / axis->low) <= (double)most;
    for (long i = finer ? powers.first - 1 : powers.first; i <= powers.last; i += powers.every) {
        double power = pow(10.0, (double)i);
        int decimals = i >= -3 && power < decimals_below ? decimals_of(power) : NO_DECIMALS;
        for (size_t f = 0; f < (finer ? ROUND_FACTORS - 1 : 1); f++) {
            double value = round_factors[f] * power;
            if (value >= axis->low * (1.0 - tolerance) && value <= axis->high * (1.0 + tolerance)) {
                add_tic(tics, value, decimals);
            }
        }
    }
}

static void add_names(struct figure_tics *tics, const struct figure_axis *axis)
{
    for (size_t i = 0; i < axis->name_count && i < FIGURE_TICS_MAX; i++) {
        tics->at[i] = (double)i;
        text_cut(tics->text[i], FIGURE_TIC_BYTES, axis->names[i]);
        tics->count++;
    }
}

/* Of a shorter name nothing could be read. */
enum { NAME_LEAST = 4 };

static size_t longest_name(const struct figure_tics *tics)
{
    size_t longest = 1;
    for (size_t i = 0; i < tics->count; i++) {
        size_t length = text_columns(tics->text[i], strlen(tics->text[i]));
        longest = length > longest ? length : longest;
    }
    return longest;
}

void figure_axis_fit_names(struct figure_tics *tics, const struct figure_axis *axis,
                           size_t characters)
{
    if (axis->name_count == 0) {
        return;
    }
    size_t longest = longest_name(tics), least = longest < NAME_LEAST ? longest : NAME_LEAST;
    size_t every = 1;
    while (every < axis->name_count && every * characters / axis->name_count < least + 1) {
        every++;
    }
    size_t room = every * characters / axis->name_count, kept = 0;
    for (size_t i = 0; i < tics->count; i += every) {
        tics->at[kept] = tics->at[i];
        text_fit(tics->text[kept++], FIGURE_TIC_BYTES, tics->text[i], room > 1 ? room - 1 : 1,
                 "..");
    }
    tics->count = kept;
}

void figure_axis_tics(struct figure_tics *tics, const struct figure_axis *axis, size_t most)
{
    tics->count = 0;
    if (axis->name_count > 0) {
        add_names(tics, axis);
        return;
    }
    most = most < FIGURE_TICS_MAX ? most : FIGURE_TICS_MAX;
    if (axis->doubling) {
        add_doubling(tics, axis, most);
    } else if (axis->logarithmic) {
        add_decades(tics, axis, most);
    }
    if (tics->count < 2) {
        tics->count = 0;
        add_linear(tics, axis, most);
    }
}

double figure_axis_place(const struct figure_axis *axis, double value)
{
    return is_logarithmic(axis) ? (log(value) - log(axis->low)) / (log(axis->high) - log(axis->low))
                                : (value - axis->low) / (axis->high - axis->low);
}

double figure_axis_value(const struct figure_axis *axis, double place)
{
    return is_logarithmic(axis) ? exp(log(axis->low) + place * (log(axis->high) - log(axis->low)))
                                : axis->low + place * (axis->high - axis->low);
}

static bool is_within(const struct figure_axis *axis, double value)
{
    double place = isfinite(value) ? figure_axis_place(axis, value) : NAN;
    return place >= -tolerance && place <= 1.0 + tolerance;
}

bool figure_axis_shows(const struct figure_panel *panel, const struct figure_curve *curve,
                       const struct figure_point *point)
{
    return is_within(&panel->x, point->x) &&
           (curve->style == FIGURE_VERTICAL || is_within(&panel->y, point->y));
}
