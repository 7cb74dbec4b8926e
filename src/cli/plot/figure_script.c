/*
 * Curves and the legend as gnuplot script.
 */
#include "cli/plot/figure_script.h"

#include "cli/plot/figure_contours.h"
#include "cli/plot/figure_labels.h"
#include "cli/plot/gnuplot.h"

#include <stdlib.h>

/* Curves of up to this many points show the points as well. */
enum { POINTS_SHOWN_MAX = 40 };

/* How curves look. Point type 7 is a disc, 6 a circle, 2 a cross. */
static const struct {
    const char *line; /* NULL: none */
    int symbol;
    double symbol_size;
} looks[] = {
    [FIGURE_SOLID] = {"lw 2 dt 1", 7, 0.5},
    [FIGURE_DASHED] = {"lw 1.4 dt (12,7)", 7, 0.5},
    [FIGURE_DOTTED] = {"lw 1.8 dt (2,5)", 7, 0.5},
    [FIGURE_DASH_DOTTED] = {"lw 1.4 dt (12,5,2,5)", 7, 0.5},
    [FIGURE_BARS] = {"lw 1.6 dt 1", 7, 0.5},
    [FIGURE_BAND] = {NULL, 7, 0.0},
    [FIGURE_DOTS] = {NULL, 7, 0.6},
    [FIGURE_RANGES] = {NULL, 7, 0.7},
    [FIGURE_VERTICAL] = {"lw 1.2 dt (6,6)", 7, 0.0},
    [FIGURE_GROUND] = {"lw 1.2 dt 1", 7, 0.3},
    [FIGURE_CIRCLES] = {NULL, 6, 1.2},
    [FIGURE_CROSSES] = {NULL, 2, 1.2},
};

/* The size of the texts beside points, in that of the text. */
static const double label_size = 0.9;

/* The shade of the highest level: of a bluish grey, so that it is seen on white and on black. */
static const double deepest_shade = 110.0;

/* " lc rgb '#RRGGBB' dt … lw …": how the line of a curve looks. */
static void write_line(const struct figure_script *script, const struct figure_curve *curve)
{
    fprintf(script->file, " lc rgb '#%06x' %s", figure_theme_colour(script->colours, curve),
            looks[curve->style].line);
}

/* The symbol of a curve's points, and its size. */
static void write_symbol(const struct figure_script *script, const struct figure_curve *curve)
{
    fprintf(script->file, " pt %d ps %g lc rgb '#%06x' lw 2", looks[curve->style].symbol,
            looks[curve->style].symbol_size * script->layout.font / 14.0,
            figure_theme_colour(script->colours, curve));
}

static void write_band_style(const struct figure_script *script, const struct figure_curve *curve)
{
    fprintf(script->file, " fs transparent solid 0.22 noborder fc rgb '#%06x'",
            figure_theme_colour(script->colours, curve));
}

/* A line, an area or a symbol between two places of the picture. */
static void write_sample(const struct figure_script *script, const struct figure_curve *curve,
                         double x, double y)
{
    const struct figure_layout *layout = &script->layout;
    double left = x / layout->width, right = (x + 2.8 * layout->font) / layout->width;
    double middle = (left + right) / 2.0, up = y / layout->height;
    if (curve->style == FIGURE_BAND) {
        double half = 0.4 * layout->font / layout->height;
        fprintf(script->file, "set object rectangle from screen %.6f,%.6f to screen %.6f,%.6f",
                left, up - half, right, up + half);
        write_band_style(script, curve);
        fputs("\n", script->file);
        return;
    }
    if (looks[curve->style].line != NULL) {
        fprintf(script->file, "set arrow from screen %.6f,%.6f to screen %.6f,%.6f nohead", left,
                up, right, up);
        write_line(script, curve);
        fputs("\n", script->file);
    }
    if (looks[curve->style].line == NULL || curve->style == FIGURE_BARS) {
        fprintf(script->file, "set label '' at screen %.6f,%.6f point", middle, up);
        write_symbol(script, curve);
        fputs("\n", script->file);
    }
}

void figure_script_legend(const struct figure_script *script, const struct figure_legend *legend)
{
    const struct figure_layout *layout = &script->layout;
    double font = layout->font;
    size_t columns = layout->legend_columns;
    double room = layout->legend_entry - 3.6 * font;
    for (size_t i = 0; i < legend->count; i++) {
        char title[FIGURE_TITLE_BYTES];
        size_t rows = (legend->count + columns - 1) / columns;
        size_t column = i / rows;
        double x = (layout->width - (double)columns * layout->legend_entry) / 2.0 +
                   (double)column * layout->legend_entry;
        double y = layout->legend_height - font * (0.7 + FIGURE_LAYOUT_LINE * (double)(i % rows));
        figure_layout_cut(title, legend->entries[i]->title, room, font);
        write_sample(script, legend->entries[i], x, y);
        fputs("set label ", script->file);
        gnuplot_quote(script->file, title);
        fprintf(script->file, " at screen %.6f,%.6f left textcolor rgb '#%06x'",
                (x + 3.4 * font) / layout->width, y / layout->height, script->colours->text);
        figure_script_font(script, font);
        fputs("\n", script->file);
    }
}

/* Lines across the panel are arrows, so that they end at its edges. */
static void write_verticals(const struct figure_script *script, const struct figure_curve *curve)
{
    for (size_t i = 0; i < curve->count; i++) {
        if (isfinite(curve->points[i].x)) {
            fprintf(script->file,
                    "set arrow from first %.9g, graph 0 to first %.9g, graph 1 nohead",
                    curve->points[i].x, curve->points[i].x);
            write_line(script, curve);
            fputs("\n", script->file);
        }
    }
}

/* Every second region is shaded, behind everything. */
static void write_regions(const struct figure_script *script, const struct figure_panel *panel)
{
    for (size_t r = 1; r < panel->region_count; r += 2) {
        double low = fmax(panel->regions[r].low, panel->x.low);
        double high = fmin(panel->regions[r].high, panel->x.high);
        if (low < high) {
            fprintf(script->file,
                    "set object rectangle from first %.9g, graph 0 to first %.9g, graph 1 behind"
                    " fs transparent solid 0.18 noborder fc rgb '#%06x'\n",
                    low, high, script->colours->ground);
        }
    }
}

/* False where memory is out. */
static bool write_labels(const struct figure_script *script, const struct figure_panel *panel,
                         const struct figure_box *box)
{
    double font = label_size * script->layout.font;
    const struct figure_label_area area = {box->right - box->left, box->top - box->bottom,
                                           FIGURE_LAYOUT_CHARACTER * font, 1.05 * font, 0.6 * font};
    size_t count;
    struct figure_label_place *places = figure_labels_place(&count, panel, &area);
    for (size_t i = 0; i < count; i++) {
        fputs("set label ", script->file);
        gnuplot_quote(script->file, places[i].text);
        fprintf(script->file, " at graph %.6f, graph %.6f left front textcolor rgb '#%06x'",
                places[i].x / area.width, places[i].y / area.height, script->colours->text);
        figure_script_font(script, font);
        fputs("\n", script->file);
    }
    free(places);
    return places != NULL;
}

/* The low end of an interval, which on a logarithmic axis is not above 0 only out of sight. */
static double low_of(const struct figure_panel *panel, const struct figure_point *point)
{
    bool logarithmic = panel->y.logarithmic || panel->y.doubling;
    return logarithmic && !(point->low > 0.0) ? panel->y.low : point->low;
}

/* The high end, which may be anywhere above. */
static double high_of(const struct figure_panel *panel, const struct figure_point *point)
{
    return fmin(point->high, panel->y.high);
}

/* A point of a band as places in its panel, the two heights within it. */
static void write_edge(const struct figure_script *script, const struct figure_panel *panel,
                       double x, double low, double high)
{
    fprintf(script->file, "%.9g 0 %.9g %.9g\n", figure_axis_value(&panel->x, x),
            figure_axis_value(&panel->y, fmax(0.0, fmin(low, 1.0))),
            figure_axis_value(&panel->y, fmax(0.0, fmin(high, 1.0))));
}

/* Where something that goes from one place to another crosses the panel's edges, as parts of the
 * way, in order. */
static size_t add_crossings(double crossings[], size_t count, double from, double to)
{
    for (int edge = 0; edge <= 1; edge++) {
        double part = ((double)edge - from) / (to - from);
        if (part > 0.0 && part < 1.0) {
            size_t at = count++;
            for (; at > 0 && crossings[at - 1] > part; at--) {
                crossings[at] = crossings[at - 1];
            }
            crossings[at] = part;
        }
    }
    return count;
}

/* gnuplot moves points that are outside to the edge, which bends a band: so each of its edges has
 * a point where it leaves. */
static void write_band(const struct figure_script *script, const struct figure_panel *panel,
                       const struct figure_curve *curve)
{
    double x = NAN, low = NAN, high = NAN;
    for (size_t i = 0; i < curve->count; i++) {
        const struct figure_point *point = &curve->points[i];
        if (!isfinite(point->y)) {
            continue;
        }
        double crossings[4], to_x = figure_axis_place(&panel->x, point->x);
        double to_high = figure_axis_place(&panel->y, point->high);
        double to_low = figure_axis_place(&panel->y, low_of(panel, point));
        size_t count =
            add_crossings(crossings, add_crossings(crossings, 0, low, to_low), high, to_high);
        for (size_t c = 0; c < count; c++) {
            write_edge(script, panel, x + crossings[c] * (to_x - x),
                       low + crossings[c] * (to_low - low), high + crossings[c] * (to_high - high));
        }
        write_edge(script, panel, to_x, to_low, to_high);
        x = to_x;
        low = to_low;
        high = to_high;
    }
}

static void write_points(const struct figure_script *script, const struct figure_panel *panel,
                         const struct figure_curve *curve)
{
    for (size_t i = 0; i < curve->count; i++) {
        const struct figure_point *point = &curve->points[i];
        fprintf(script->file, "%.9g %.9g %.9g %.9g\n", point->x, point->y, low_of(panel, point),
                high_of(panel, point));
    }
}

/* gnuplot finds the lines, into a data block as if they were a curve's points. */
static void write_contours(struct figure_script *script, const struct figure_panel *panel)
{
    const struct figure_contours *contours = &panel->contours;
    size_t side = contours->side, block = ++script->blocks;
    double last = (double)(side - 1);
    double shade =
        deepest_shade / (double)(contours->level_count > 1 ? contours->level_count - 1 : 1);
    fprintf(script->file, "$grid%zu << END\n", block);
    for (size_t i = 0; i < side * side; i++) {
        size_t row = i / side, column = i % side;
        fprintf(script->file, "%s%.9g %.9g %.9g %.0f\n", row > 0 && column == 0 ? "\n" : "",
                panel->x.low + (double)column / last * (panel->x.high - panel->x.low),
                panel->y.low + (double)row / last * (panel->y.high - panel->y.low),
                contours->heights[i], shade * figure_contours_rank(contours, contours->heights[i]));
    }
    fputs("END\nset contour base\nunset surface\nset cntrparam levels discrete ", script->file);
    for (size_t i = 0; i < contours->level_count; i++) {
        fprintf(script->file, "%s%.9g", i == 0 ? "" : ",", contours->levels[i]);
    }
    fprintf(script->file,
            "\nset table $data%zu\nsplot $grid%zu using 1:2:3\nunset table\n"
            "unset contour\nset surface\n",
            block, block);
}

/* False where memory is out. */
static bool write_values(const struct figure_script *script, const struct figure_panel *panel)
{
    size_t count = panel->contours.level_count;
    struct figure_contour *lines = figure_contours_trace(panel);
    for (size_t i = 0; i < count && lines != NULL; i++) {
        char value[32];
        figure_contours_value(value, sizeof value, lines[i].level);
        if (lines[i].labelled) {
            fprintf(script->file,
                    "set label '%s' at first %.9g, first %.9g center front textcolor rgb '#%06x'",
                    value, lines[i].label_x, lines[i].label_y, script->colours->faint);
            figure_script_font(script, 0.8 * script->layout.font);
            fputs("\n", script->file);
        }
    }
    figure_contours_free(lines, count);
    return lines != NULL;
}

static void plot_contours(const struct figure_script *script, size_t block)
{
    fprintf(script->file,
            "plot $grid%zu using 1:2:(90):(105):(130):4 with rgbalpha notitle"
            ", $data%zu using 1:2 with lines lc rgb '#%06x' lw 0.8 dt 1 notitle",
            block, block, script->colours->ground);
}

static void plot_curve(const struct figure_script *script, const struct figure_curve *curve,
                       size_t block)
{
    FILE *file = script->file;
    fprintf(file, " $data%zu using ", block);
    if (curve->style == FIGURE_BAND) {
        fputs("1:3:4 with filledcurves", file);
        write_band_style(script, curve);
    } else if (curve->style == FIGURE_BARS) {
        fputs("1:2:3:4 with yerrorlines", file);
        write_line(script, curve);
        fprintf(file, " pt 7 ps %g", 0.5 * script->layout.font / 14.0);
    } else if (curve->style == FIGURE_RANGES) {
        fputs("1:2:3:4 with yerrorbars dt 1", file);
        write_symbol(script, curve);
    } else if (looks[curve->style].line == NULL) {
        fputs("1:2 with points", file);
        write_symbol(script, curve);
    } else {
        bool dotted = curve->count <= POINTS_SHOWN_MAX && curve->style != FIGURE_GROUND;
        fprintf(file, "1:2 with %s", dotted ? "linespoints" : "lines");
        write_line(script, curve);
        if (dotted) {
            fprintf(file, " pt 7 ps %g", 0.5 * script->layout.font / 14.0);
        }
    }
    fputs(" notitle", file);
}

static void plot_all(const struct figure_script *script, const struct figure_panel *panel,
                     size_t first)
{
    bool began = panel->contours.heights != NULL;
    for (int layer = 0; layer < FIGURE_LAYERS; layer++) {
        for (size_t c = 0; c < panel->count; c++) {
            const struct figure_curve *curve = &panel->curves[c];
            if (figure_layer(curve->style) == layer && curve->shown > 0 &&
                curve->style != FIGURE_VERTICAL) {
                fputs(began ? "," : "plot", script->file);
                plot_curve(script, curve, first + c);
                began = true;
            }
        }
    }
    fputs("\nunset label\nunset arrow\nunset object\n", script->file);
}

bool figure_script_curves(struct figure_script *script, const struct figure_panel *panel,
                          const struct figure_box *box)
{
    bool complete = write_labels(script, panel, box);
    write_regions(script, panel);
    bool shaded = panel->contours.heights != NULL;
    if (shaded) {
        write_contours(script, panel);
        complete = write_values(script, panel) && complete;
    }
    size_t contours = script->blocks;
    for (size_t c = 0; c < panel->count; c++) {
        const struct figure_curve *curve = &panel->curves[c];
        fprintf(script->file, "$data%zu << END\n", ++script->blocks);
        if (curve->style == FIGURE_BAND) {
            write_band(script, panel, curve);
        } else {
            write_points(script, panel, curve);
        }
        fputs("END\n", script->file);
        if (curve->style == FIGURE_VERTICAL) {
            write_verticals(script, curve);
        }
    }
    if (shaded) {
        plot_contours(script, contours);
    }
    plot_all(script, panel, contours + 1);
    return complete;
}
