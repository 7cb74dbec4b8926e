/*
 * Compares names by how many slips of the finger lie between them.
 */
#include <descent/nearest.h>

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* The longest name that is compared; a distance then fits a byte. */
enum { LENGTH_MAX = 63 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool are_same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

size_t descent_nearest_distance(const char *a, const char *b)
{
    size_t height = strlen(a), width = strlen(b);
    uint8_t d[LENGTH_MAX + 1][LENGTH_MAX + 1];
    if (height > LENGTH_MAX || width > LENGTH_MAX) {
        return SIZE_MAX;
    }
    for (size_t i = 0; i <= height; i++) {
        for (size_t k = 0; k <= width; k++) {
            if (i == 0 || k == 0) {
                d[i][k] = (uint8_t)(i + k);
                continue;
            }
            size_t changed = d[i - 1][k - 1] + (size_t)!are_same(a[i - 1], b[k - 1]);
            size_t distance = least(changed, least(d[i - 1][k], d[i][k - 1]) + 1U);
            if (i > 1 && k > 1 && are_same(a[i - 1], b[k - 2]) && are_same(a[i - 2], b[k - 1])) {
                distance = least(distance, d[i - 2][k - 2] + 1U);
            }
            d[i][k] = (uint8_t)distance;
        }
    }
    return d[height][width];
}

descent_nearest descent_nearest_to(const char *text)
{
    size_t length = strlen(text);
    /* Of a single letter every name of two would be near. */
    return (descent_nearest){.text = text, .distance = length < 2 ? 0 : 2 + length / 4};
}

void descent_nearest_offer(descent_nearest *nearest, const char *name)
{
    size_t length = strlen(nearest->text);
    size_t distance = descent_nearest_distance(nearest->text, name);
    if (length >= 3 && strncasecmp(nearest->text, name, length) == 0) {
        distance = least(distance, 1); /* its beginning */
    }
    if (distance < nearest->distance) {
        nearest->distance = distance;
        nearest->name = name;
    }
}
