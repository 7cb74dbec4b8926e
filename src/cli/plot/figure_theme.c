/*
 * The palette is that of Okabe and Ito (2008), "Color universal design", which stays legible with
 * any common colour blindness. Its yellow, which is faint on white, is a dark red there, and its
 * black is white on black.
 */
#include "cli/plot/figure_theme.h"

static const struct figure_colours themes[] = {
    [FIGURE_LIGHT] = {0xFFFFFF,
                      0x303030,
                      0x626C76,
                      0x202020,
                      0x98A0A8,
                      0xD8D8D8,
                      {0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xE69F00, 0x000000,
                       0x882255}},
    [FIGURE_DARK] = {0x0D1117,
                     0xD0D7DE,
                     0x9AA4AE,
                     0xF0F3F6,
                     0x6E7681,
                     0x30363D,
                     {0x3D9BE0, 0xE5702A, 0x1DB58A, 0xD98BB6, 0x8CD0F5, 0xE69F00, 0xFFFFFF,
                      0xF0E442}},
    /* Between the two: legible on white and on black. */
    [FIGURE_TRANSPARENT] = {0xFFFFFF,
                            0x7A7F85,
                            0x7A7F85,
                            0x7A7F85,
                            0x98A0A8,
                            0xA0A0A0,
                            {0x1A83C6, 0xD55E00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xE69F00, 0x7A7F85,
                             0xB0486F}},
};

static const char *const names[] = {[FIGURE_AUTO] = "auto",
                                    [FIGURE_LIGHT] = "light",
                                    [FIGURE_DARK] = "dark",
                                    [FIGURE_TRANSPARENT] = "transparent"};

const char *figure_theme_name(int index)
{
    return index >= 0 && (size_t)index < sizeof names / sizeof names[0] ? names[index] : NULL;
}

const struct figure_colours *figure_theme_colours(enum figure_theme theme)
{
    return &themes[theme == FIGURE_AUTO ? FIGURE_LIGHT : theme];
}

/* gnuplot has numbers of three places for strokes, points and areas, and of as many as they need
 * for texts. */
static void write_rule(FILE *file, uint32_t from, uint32_t to)
{
    static const char *const properties[] = {"stroke", "fill", "color"};
    unsigned int red = from >> 16, green = from >> 8 & 0xFF, blue = from & 0xFF;
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
        const char *property = properties[i];
        fprintf(
            file, "[%s=\"rgb(%3u, %3u, %3u)\"],[%s=\"rgb(%u,%u,%u)\"],[%s=\"#%06x\"]{%s:#%06x}\n",
            property, red, green, blue, property, red, green, blue, property, from, property, to);
    }
}

void figure_theme_write_style(FILE *file)
{
    const struct figure_colours *light = &themes[FIGURE_LIGHT], *dark = &themes[FIGURE_DARK];
    fputs("<style>\n@media (prefers-color-scheme: dark) {\n", file);
    write_rule(file, light->background, dark->background);
    write_rule(file, light->text, dark->text);
    write_rule(file, light->faint, dark->faint);
    write_rule(file, light->mark, dark->mark);
    write_rule(file, light->ground, dark->ground);
    write_rule(file, light->grid, dark->grid);
    for (size_t i = 0; i < FIGURE_PALETTE; i++) {
        write_rule(file, light->palette[i], dark->palette[i]);
    }
    fputs("}\n</style>\n", file);
}

uint32_t figure_theme_colour(const struct figure_colours *colours, const struct figure_curve *curve)
{
    switch (curve->style) {
    case FIGURE_GROUND:
        return colours->ground;
    case FIGURE_CIRCLES:
    case FIGURE_CROSSES:
        return colours->mark;
    default:
        return colours->palette[curve->colour % FIGURE_PALETTE];
    }
}

/* The nearest of the terminal's colours; "" is its own. */
const char *figure_theme_escape(enum terminal_colours colours, const struct figure_curve *curve)
{
    static const char *const many[FIGURE_PALETTE] = {"\033[38;5;32m",
                                                     "\033[38;5;166m",
                                                     "\033[38;5;36m",
                                                     "\033[38;5;175m",
                                                     "\033[38;5;74m",
                                                     "\033[38;5;172m",
                                                     "",
                                                     "\033[38;5;131m"};
    static const char *const few[FIGURE_PALETTE] = {"\033[94m", "\033[31m", "\033[32m", "\033[35m",
                                                    "\033[36m", "\033[33m", "",         "\033[91m"};
    if (colours == TERMINAL_PLAIN || curve->style == FIGURE_CIRCLES ||
        curve->style == FIGURE_CROSSES) {
        return "";
    }
    if (curve->style == FIGURE_GROUND) {
        return colours == TERMINAL_256_COLOURS ? "\033[38;5;245m" : "\033[90m";
    }
    return (colours == TERMINAL_256_COLOURS ? many : few)[curve->colour % FIGURE_PALETTE];
}
