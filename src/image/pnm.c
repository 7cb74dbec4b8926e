/*
 * Reads PGM and PPM: a header of text, then the samples (Netpbm's pages pgm(5) and ppm(5)). Not by
 * stb_image, which neither scales by the maximum nor notices that samples are missing.
 *
 *     P5 | blanks and # comments | width | blanks | height | blanks | maximum | one blank | samples
 */
#include "image/pnm.h"

#include "base/fail.h"

enum { MAXIMUM_MAX = 65535, NUMBER_MAX = 100000000 };

bool descent_pnm_is(const unsigned char *bytes, size_t size)
{
    return size >= 2 && bytes[0] == 'P' &&
           (bytes[1] == '2' || bytes[1] == '3' || bytes[1] == '5' || bytes[1] == '6');
}

static bool is_blank(unsigned char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Passes over blanks and comments. */
static size_t skip(const unsigned char *bytes, size_t size, size_t at)
{
    while (at < size && (is_blank(bytes[at]) || bytes[at] == '#')) {
        if (bytes[at] == '#') {
            while (at < size && bytes[at] != '\n') {
                at++;
            }
        } else {
            at++;
        }
    }
    return at;
}

/* Reads a number behind blanks and moves on behind it; false if there is none, or a huge one. */
static bool read_number(size_t *number, const unsigned char *bytes, size_t size, size_t *at)
{
    size_t start = skip(bytes, size, *at);
    *at = start;
    *number = 0;
    while (*at < size && bytes[*at] >= '0' && bytes[*at] <= '9' && *number < NUMBER_MAX) {
        *number = *number * 10 + (size_t)(bytes[(*at)++] - '0');
    }
    return *at > start && *number < NUMBER_MAX;
}

descent_status descent_pnm_open(struct descent_pnm *pnm, const unsigned char *bytes, size_t size,
                                const char *name)
{
    size_t at = 2;
    *pnm = (struct descent_pnm){.channels = bytes[1] == '3' || bytes[1] == '6' ? 3 : 1,
                                .text = bytes[1] == '2' || bytes[1] == '3'};
    bool read = read_number(&pnm->width, bytes, size, &at) &&
                read_number(&pnm->height, bytes, size, &at) &&
                read_number(&pnm->maximum, bytes, size, &at);
    if (!read || pnm->maximum < 1 || pnm->maximum > MAXIMUM_MAX || at >= size ||
        !is_blank(bytes[at])) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected an image, cannot decode it: bad header of a PNM file",
                            name);
    }
    pnm->start = at + 1;
    return DESCENT_OK;
}

/* Rounded; what is above the maximum is white. */
static uint8_t scale(size_t sample, size_t maximum)
{
    sample = sample < maximum ? sample : maximum;
    return (uint8_t)((sample * 255 + maximum / 2) / maximum);
}

static descent_status fail_short(const char *name, size_t found, size_t expected)
{
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: expected an image, cannot decode it: found %zu of its %zu samples",
                        name, found, expected);
}

static descent_status read_text(const struct descent_pnm *pnm, uint8_t *samples,
                                const unsigned char *bytes, size_t size, const char *name)
{
    size_t count = pnm->height * pnm->width * pnm->channels;
    size_t at = pnm->start;
    for (size_t i = 0; i < count; i++) {
        size_t sample;
        if (!read_number(&sample, bytes, size, &at)) {
            return fail_short(name, i, count);
        }
        samples[i] = scale(sample, pnm->maximum);
    }
    return DESCENT_OK;
}

descent_status descent_pnm_read(const struct descent_pnm *pnm, uint8_t *samples,
                                const unsigned char *bytes, size_t size, const char *name)
{
    if (pnm->text) {
        return read_text(pnm, samples, bytes, size, name);
    }
    size_t count = pnm->height * pnm->width * pnm->channels;
    size_t width = pnm->maximum > 255 ? 2 : 1; /* bytes of a sample, the high one first */
    if ((size - pnm->start) / width < count) {
        return fail_short(name, (size - pnm->start) / width, count);
    }
    for (size_t i = 0; i < count; i++) {
        const unsigned char *sample = bytes + pnm->start + width * i;
        samples[i] =
            scale(width == 1 ? sample[0] : (size_t)sample[0] << 8 | sample[1], pnm->maximum);
    }
    return DESCENT_OK;
}
